import { Type } from 'typebox';
import { allocate, type IntTensor, numel } from '../../../num/tensor.ts';
import type { Const } from '../../graph.ts';
import { defineOp, type OpContext } from '../../op.ts';
import { channelsOf } from '../rows.ts';
import { gateBounds, gateProduct } from './bank.ts';

/** Nothing is free: the sizes are those of the weights. */
export type GateAttrs = Record<string, never>;

const weightOf = (ctx: OpContext<GateAttrs>): Const => ctx.consts['weight'] as Const;

/**
 * A matrix product whose weights the frame names: `x [… , D]`, `task [1]` → `[… , E]`, with weights `[T, E, D]`.
 *
 * The bank is `min(task, T − 1)`: no value of the task's type reads beyond the weights.
 */
export const gate = defineOp<GateAttrs>({
  kind: 'gate',
  summary: "Product of the last axis with one of several matrices: the one that the frame's task names.",
  attrs: Type.Object({}, { additionalProperties: false }),
  inputs: 2,
  outputs: () => 1,
  consts: { required: ['weight'], optional: [] },
  check: (ctx) => {
    const [x, task] = ctx.inputs;
    const { shape } = weightOf(ctx);
    const problems: string[] = [];
    if (shape.length !== 3) return [`weights of [${shape}] are not [tasks, experts, channels]`];
    const channels = channelsOf(x?.shape ?? []);
    if (shape[2] !== channels) problems.push(`weights of [${shape}] do not fit a last axis of ${channels}`);
    if (numel(task?.shape ?? []) !== 1) problems.push(`the task is one number per frame, not [${task?.shape}]`);
    if (task?.elem.kind !== 'uint') problems.push('the task is an unsigned number');
    return problems;
  },
  shapes: (ctx) => [[...(ctx.inputs[0]?.shape ?? []).slice(0, -1), weightOf(ctx).shape[1] ?? 1]],
  bounds: (ctx, [x = []]) => [gateBounds(weightOf(ctx), x)],
  reference: (ctx, [x, task], [type]) => {
    const shape = type?.shape ?? [];
    const data = type ? allocate(numel(shape), type.elem) : new Int32Array(0);
    gateProduct(weightOf(ctx), (x as IntTensor).data, (task as IntTensor).data[0] as number, data);
    return [{ shape, data }];
  },
});
