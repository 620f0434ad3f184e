import { rng } from '../conformance/case.ts';
import { grow } from './layers.ts';
import { Network } from './network.ts';
import { onnxModel } from './onnx.ts';
import type { Samples } from './oracle.ts';

/** A random quantised network as a file, and three samples for it. */
export function randomNetwork(seed: number): { readonly bytes: Uint8Array; readonly samples: Samples } {
  const random = rng(seed);
  const n = new Network(random);
  const extent = (most: number): number => random.int(1, most);
  const shape = random.pick([
    [1, extent(12)],
    [1, extent(6), extent(8)],
    [1, extent(5), extent(7), extent(7)],
  ]);
  const out = grow(n, { name: 'x', shape, quantised: false }, random.int(1, 7));
  const size = shape.reduce((a, b) => a * b, 1);
  const samples = Array.from({ length: 3 }, () => Float64Array.from(n.dyadics(size, 60, 0.125)));
  return { bytes: onnxModel(n.spec([{ name: 'x', shape }], [out.name])), samples: new Map([['x', samples]]) };
}
