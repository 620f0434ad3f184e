import { Type } from 'typebox';
import { allocate, type IntTensor, numel } from '../../../num/tensor.ts';
import { defineOp } from '../../op.ts';
import { channelsOf } from '../rows.ts';
import { joinBounds, joinRows } from './join.ts';

type NoAttrs = { readonly [key: string]: never };

/** Joins two tensors along the last axis: `[…, A]` and `[…, B]` to `[…, A + B]`. */
export const concat = defineOp<NoAttrs>({
  kind: 'concat',
  summary: 'Joins two tensors along the channels.',
  attrs: Type.Object({}, { additionalProperties: false }),
  batch: 'leading',
  inputs: 2,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: (ctx) => {
    const [a, b] = ctx.inputs.map((t) => t.shape.slice(0, -1).join(', '));
    return a === b ? [] : [`operands differ in [${a}] and [${b}], before the last axis`];
  },
  shapes: (ctx) => {
    const [a = [], b = []] = ctx.inputs.map((t) => t.shape);
    return [[...a.slice(0, -1), channelsOf(a) + channelsOf(b)]];
  },
  bounds: (ctx, [a = [], b = []]) => {
    const [ca = 1, cb = 1] = ctx.inputs.map((t) => channelsOf(t.shape));
    return [joinBounds(a, ca, b, cb)];
  },
  reference: (_ctx, inputs, [type]) => {
    const [a, b] = inputs as [IntTensor, IntTensor];
    const shape = [...a.shape.slice(0, -1), channelsOf(a.shape) + channelsOf(b.shape)];
    const data = allocate(numel(shape), type?.elem ?? { kind: 'int', bits: 53 });
    joinRows(a.data, channelsOf(a.shape), b.data, channelsOf(b.shape), data);
    return [{ shape, data }];
  },
});
