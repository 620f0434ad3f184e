import { type DType, isFloat } from '../host/tensor.ts';
import { batchInterpreter } from '../ir/batch.ts';
import type { Model } from '../ir/model.ts';
import { lookupFor } from '../kernels/lookup.ts';
import { writeNpy } from '../num/npy.ts';
import { numel } from '../num/tensor.ts';
import { batchReader, type NamedArray } from '../run/read.ts';
import { codeWriter, realWriter, type Written } from '../run/write.ts';

export interface RunOutput {
  readonly name: string;
  readonly dtype: string;
  /** First axis = samples. */
  readonly shape: readonly number[];
  readonly npy: Uint8Array;
}

/** Numbers of one value that are worked on at a time: few enough for the caches, enough to amortise what a call costs. */
const CHUNK = 1 << 15;

/** Runs the integer reference on arrays; real-valued outputs, or the integers that leave the hardware. */
export function runModel(model: Model, inputs: ReadonlyMap<string, NamedArray>, ints: boolean): RunOutput[] {
  const { graph } = model;
  const { samples, read } = batchReader(model, inputs);
  const run = batchInterpreter(graph, lookupFor(graph.level));
  const write = (ints ? codeWriter : realWriter)(model);
  const largest = Math.max(1, ...Object.values(graph.values).map((t) => numel(t.shape)));
  const step = Math.max(1, Math.floor(CHUNK / largest));
  const results = new Map<string, Collected>();
  for (let from = 0; from < samples; from += step) {
    const to = Math.min(from + step, samples);
    for (const part of write(run(to - from, read(from, to)), to - from)) append(results, part, from, samples);
  }
  return [...results].map(([name, all]) => output(name, all, ints));
}

interface Collected {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

function append(all: Map<string, Collected>, part: Written, from: number, samples: number): void {
  const size = numel(part.shape);
  let whole = all.get(part.name);
  if (!whole) {
    whole = {
      dtype: part.dtype,
      shape: [samples, ...withoutBatch(part.shape)],
      data: new Float64Array(samples * size),
    };
    all.set(part.name, whole);
  }
  whole.data.set(part.data, from * size);
}

/** The model's own batch axis of 1 gives way to the samples. */
const withoutBatch = (shape: readonly number[]): readonly number[] =>
  shape[0] === 1 && shape.length > 1 ? shape.slice(1) : shape;

function output(name: string, { dtype, shape, data }: Collected, ints: boolean): RunOutput {
  if (!ints && isFloat(dtype)) return { name, dtype: 'float32', shape, npy: writeNpy(shape, Float32Array.from(data)) };
  const integers = BigInt64Array.from(data, (v) => BigInt(v));
  return { name, dtype: 'int64', shape, npy: writeNpy(shape, integers) };
}
