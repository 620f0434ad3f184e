import { Type } from 'typebox';
import { defineOp } from '../../op.ts';
import { applyMultiply, multiplyBounds } from './product.ts';

/** Product of two tensors of one shape: `y = a · b`, exact. */
export const multiply = defineOp<Record<string, never>>({
  kind: 'multiply',
  summary: 'Product of two tensors of the same shape, element by element.',
  attrs: Type.Object({}, { additionalProperties: false }),
  batch: 'leading',
  inputs: 2,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: (ctx) => {
    const [a, b] = ctx.inputs.map((t) => t.shape.join(', '));
    return a === b ? [] : [`operands of [${a}] and [${b}] differ in shape`];
  },
  shapes: (ctx) => [ctx.inputs[0]?.shape ?? []],
  bounds: (_ctx, [a = [], b = []]) => [multiplyBounds(a, b)],
  reference: (_ctx, inputs, [type]) => [applyMultiply(inputs, type)],
});
