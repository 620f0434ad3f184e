import { Type } from 'typebox';
import { defineOp } from '../../op.ts';
import { type AddAttrs, addBounds, addSchema, applyAdd } from './sum.ts';

/** Weighted sum of two tensors of one shape: `y = mulA · a + mulB · b + offset`. */
export const add = defineOp<AddAttrs>({
  kind: 'add',
  summary: 'Weighted sum of two tensors of the same shape, plus a constant.',
  attrs: Type.Object(addSchema, { additionalProperties: false }),
  batch: 'leading',
  inputs: 2,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: (ctx) => {
    const [a, b] = ctx.inputs.map((t) => t.shape.join(', '));
    return a === b ? [] : [`operands of [${a}] and [${b}] differ in shape`];
  },
  shapes: (ctx) => [ctx.inputs[0]?.shape ?? []],
  bounds: (ctx, [a = [], b = []]) => [addBounds(ctx.attrs, a, b)],
  reference: (ctx, inputs, [type]) => [applyAdd(ctx.attrs, inputs, type)],
});
