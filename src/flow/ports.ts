import { transpose } from '../host/ops/shape.ts';
import { type HostTensor, hostTensor } from '../host/tensor.ts';
import type { Graph, Layout } from '../ir/graph.ts';
import { allocate, numel } from '../num/tensor.ts';
import { codesOf, type Frame } from '../run/frames.ts';

const permuted = ({ shape, perm }: Layout): number[] => perm.map((p) => shape[p] as number);

/** Numbers in the order of a port's stream → the model's order. */
function toModelOrder({ shape, perm }: Layout, data: ArrayLike<number>): HostTensor {
  const stored = hostTensor('float64', permuted({ shape, perm }), data);
  return transpose(
    stored,
    shape.map((_, axis) => perm.indexOf(axis)),
  );
}

/** Numbers in the model's order → the order of a port's stream. */
const toStreamOrder = ({ shape, perm }: Layout, data: ArrayLike<number>): Float64Array =>
  transpose(hostTensor('float64', shape, data), perm).data;

/**
 * A frame of the hardware's input ports in the order of the model's ports: passes may have changed how a port streams
 * its tensor, never which numbers it holds.
 */
export function modelFrame(model: Graph, hardware: Graph, frame: Frame): Frame {
  return new Map(
    model.inputs.map((to, i) => {
      const from = hardware.inputs[i];
      const t = frame.get(from?.name ?? to.name);
      const type = model.values[to.value];
      const out = allocate(numel(to.layout.shape), type?.elem ?? { kind: 'int', bits: 32 });
      if (t && from) out.set(toStreamOrder(to.layout, toModelOrder(from.layout, t.data).data));
      return [to.name, { shape: type?.shape ?? [], data: out }] as const;
    }),
  );
}

/** What output `k` of the hardware must stream: the model's frames, one after the other. */
export function expectedStream(model: Graph, hardware: Graph, frames: readonly Frame[], k: number): Float64Array {
  const [from, to] = [model.outputs[k], hardware.outputs[k]];
  if (!from || !to) return new Float64Array(0);
  const size = numel(to.layout.shape);
  const out = new Float64Array(size * frames.length);
  frames.forEach((frame, i) => {
    const t = frame.get(from.name);
    if (t) out.set(toStreamOrder(to.layout, codesOf(from, t).data), i * size);
  });
  return out;
}
