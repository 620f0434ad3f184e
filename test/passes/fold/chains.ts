import { add, conv, dense, integerInput, integerOutput, matrix, thresholds } from '../../../src/ir/build-ops.ts';
import { constant, GraphBuilder } from '../../../src/ir/builder.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { elemRange, int, uint } from '../../../src/num/elem.ts';
import { decompose } from '../../../src/passes/decompose.ts';
import { lowerToKernels } from '../../../src/passes/lower-to-kernels.ts';
import type { PassContext } from '../../../src/passes/pass.ts';
import { type Rng, rng } from '../../conformance/case.ts';

export const quiet: PassContext = { config: {}, decide: () => {}, warn: () => {} };

function weights(r: Rng, shape: readonly number[]) {
  const elem = int(r.pick([2, 3, 4, 8]));
  const { lo, hi } = elemRange(elem);
  const n = shape.reduce((a, b) => a * b, 1);
  return constant(
    shape,
    Int32Array.from({ length: n }, () => r.int(lo, hi)),
    elem,
  );
}

const steps = (r: Rng, channels: number): number[][] =>
  Array.from({ length: channels }, () => [0, 1, 2].map(() => r.int(-20, 20)).sort((a, b) => a - b));

/** A small network at the kernel level: products and thresholds in a row, or a convolution, or a branch that is added again. */
export function smallNetwork(seed: number): Graph {
  const r = rng(seed);
  const b = new GraphBuilder('small');
  const kind = r.pick(['dense', 'dense', 'conv', 'residual']);
  const relu = (name: string, x: string, channels: number): string =>
    thresholds(b, name, x, matrix(steps(r, channels)));
  const size = r.pick([4, 6, 8]);
  let x = integerInput(b, 'x', kind === 'conv' ? [4, 4, r.pick([2, 3])] : [size], uint(r.pick([1, 2, 4])));
  if (kind === 'conv') {
    const channels = b.type(x).shape[2] ?? 1;
    const filters = r.pick([2, 4]);
    x = relu('act0', conv(b, 'conv0', x, weights(r, [filters, 2, 2, channels])), filters);
  } else {
    const rows = kind === 'residual' ? size : r.pick([3, 4, 6]);
    const y = relu('act0', dense(b, 'fc0', x, weights(r, [rows, size])), rows);
    x = kind === 'residual' ? add(b, 'sum', x, y) : y;
    if (r.chance(0.5)) x = dense(b, 'fc1', x, weights(r, [r.pick([2, 5]), rows]));
  }
  integerOutput(b, 'y', x);
  return lowerToKernels.run(decompose.run(b.finish(), quiet), quiet);
}
