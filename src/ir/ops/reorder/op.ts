import { Type } from 'typebox';
import { allocate, type IntArray, type IntTensor, numel } from '../../../num/tensor.ts';
import type { ValueType } from '../../graph.ts';
import { type Bounds, defineOp } from '../../op.ts';
import { channelsOf } from '../rows.ts';
import { permuteBounds, permutedShape, permuteProblems, type ReorderAttrs, sourceIndices } from './permute.ts';

/** Schema of the attributes, shared with the kernel. */
export const reorderSchema = {
  shape: Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1 }),
  perm: Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1 }),
};

/** The permuted values of a flat frame. */
export function applyReorder(attrs: ReorderAttrs, x: IntArray, type: ValueType | undefined): IntArray {
  const indices = sourceIndices(attrs);
  const y = allocate(x.length, type?.elem ?? { kind: 'int', bits: 53 });
  for (let i = 0; i < y.length; i++) y[i] = x[indices[i] as number] as number;
  return y;
}

/** A permutation of the frame: seen as `shape`, transposed so that axis i of the result is axis `perm[i]`. */
export const reorder = defineOp<ReorderAttrs>({
  kind: 'reorder',
  summary: 'Transposes the frame, seen under any shape.',
  attrs: Type.Object(reorderSchema, { additionalProperties: false }),
  inputs: 1,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: (ctx) => permuteProblems(ctx.attrs, numel(ctx.inputs[0]?.shape ?? [])),
  shapes: (ctx) => [permutedShape(ctx.attrs)],
  bounds: (ctx, [x = []]) => [atLastAxis(permuteBounds(ctx.attrs, x), channelsOf(permutedShape(ctx.attrs)))],
  reference: (ctx, [x], [type]) => [
    { shape: permutedShape(ctx.attrs), data: applyReorder(ctx.attrs, (x as IntTensor).data, type) },
  ],
});

/** One interval, or one for each entry of the last axis. */
function atLastAxis(b: Bounds, channels: number): Bounds {
  return b.length === 1 ? b : Array.from({ length: channels }, (_, c) => b[c % b.length] as Bounds[number]);
}
