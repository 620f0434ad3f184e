import { transpose } from '../host/ops/shape.ts';
import { hostTensor } from '../host/tensor.ts';
import type { Layout } from '../ir/graph.ts';
import { allocate, numel } from '../num/tensor.ts';
import type { Frame } from '../run/frames.ts';
import type { LoadedBuild } from './load-build.ts';

const permuted = ({ shape, perm }: Layout): number[] => perm.map((p) => shape[p] as number);

/**
 * A frame of the hardware's input ports in the order of the model's ports: passes may have changed how a port streams
 * its tensor, never which numbers it holds.
 */
export function modelFrame(build: LoadedBuild, frame: Frame): Frame {
  const { model, hardware } = build;
  return new Map(
    model.graph.inputs.map((to, i) => {
      const from = hardware.graph.inputs[i];
      const t = frame.get(from?.name ?? to.name);
      const type = model.graph.values[to.value];
      const out = allocate(numel(to.layout.shape), type?.elem ?? { kind: 'int', bits: 32 });
      if (t && from) {
        const { shape, perm } = from.layout;
        const stored = hostTensor('float64', permuted(from.layout), t.data);
        const tensor = transpose(
          stored,
          shape.map((_, axis) => perm.indexOf(axis)),
        );
        out.set(transpose(hostTensor('float64', to.layout.shape, tensor.data), to.layout.perm).data);
      }
      return [to.name, { shape: type?.shape ?? [], data: out }] as const;
    }),
  );
}
