import type { HostTensor } from '../host/tensor.ts';
import { hostTensor } from '../host/tensor.ts';
import type { Model } from '../ir/model.ts';
import type { IntTensor } from '../num/tensor.ts';
import { batchReader, type NamedArray } from './read.ts';
import { realWriter } from './write.ts';

export type { NamedArray } from './read.ts';
export { codesOf } from './write.ts';

/** One frame: port name → integers of its value. */
export type Frame = ReadonlyMap<string, IntTensor>;

/** Arrays as frames, one per sample: see {@link batchReader}. */
export function framesOf(model: Model, arrays: ReadonlyMap<string, NamedArray>): Frame[] {
  const { samples, read } = batchReader(model, arrays);
  const batch = read(0, samples);
  return Array.from({ length: samples }, (_, s) => {
    return new Map(
      [...batch].map(([name, { shape, data }]) => {
        const size = data.length / samples;
        return [name, { shape: shape.slice(1), data: data.slice(s * size, (s + 1) * size) }] as const;
      }),
    );
  });
}

const writers = new WeakMap<Model, ReturnType<typeof realWriter>>();

/** The model's outputs from the integers that leave the hardware. */
export function realOutputs(model: Model, outputs: Frame): Map<string, HostTensor> {
  const write = writers.get(model) ?? realWriter(model);
  writers.set(model, write);
  return new Map(write(outputs, 1).map((o) => [o.name, hostTensor(o.dtype, o.shape, o.data)] as const));
}
