import type { HostTensor } from '../host/tensor.ts';
import { isFloat } from '../host/tensor.ts';
import type { Model } from '../ir/model.ts';
import { writeNpy } from '../num/npy.ts';
import { codesOf, type Frame, framesOf, type NamedArray, realOutputs } from '../run/frames.ts';
import { execute } from './frames.ts';

export interface RunOutput {
  readonly name: string;
  readonly dtype: string;
  /** First axis = samples. */
  readonly shape: readonly number[];
  readonly npy: Uint8Array;
}

/** Runs the integer reference on arrays; real-valued outputs, or the integers that leave the hardware. */
export function runModel(model: Model, inputs: ReadonlyMap<string, NamedArray>, ints: boolean): RunOutput[] {
  const frames = framesOf(model, inputs);
  const results = execute(model.graph, frames);
  const tensors = results.map((r) => (ints ? integers(model, r) : realOutputs(model, r)));
  const names = ints ? model.graph.outputs.map((p) => p.name) : model.post.outputs.map((o) => o.name);
  return names.map((name) =>
    collectOutput(
      name,
      tensors.map((t) => t.get(name)).filter((t) => t !== undefined),
      ints,
    ),
  );
}

function integers(model: Model, frame: Frame): Map<string, HostTensor> {
  return new Map(
    model.graph.outputs.flatMap((p) => {
      const t = frame.get(p.name);
      return t ? [[p.name, codesOf(p, t)] as const] : [];
    }),
  );
}

function collectOutput(name: string, samples: readonly HostTensor[], ints: boolean): RunOutput {
  const one = samples[0];
  const size = one?.data.length ?? 0;
  const all = new Float64Array(size * samples.length);
  samples.forEach((t, i) => {
    all.set(t.data, i * size);
  });
  const shape = [samples.length, ...(one?.shape ?? [])];
  if (!ints && one && isFloat(one.dtype))
    return { name, dtype: 'float32', shape, npy: writeNpy(shape, Float32Array.from(all)) };
  return {
    name,
    dtype: 'int64',
    shape,
    npy: writeNpy(
      shape,
      BigInt64Array.from(all, (v) => BigInt(v)),
    ),
  };
}
