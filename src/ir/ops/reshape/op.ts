import { Type } from 'typebox';
import { type IntTensor, numel, reshape as reshaped } from '../../../num/tensor.ts';
import { type Bounds, defineOp, hull } from '../../op.ts';
import { channelsOf, spreadBounds } from '../rows.ts';

export type ReshapeAttrs = { readonly shape: readonly number[] };

/** The same elements in the same order under another shape. Vanishes in hardware: streams are flat. */
export const reshape = defineOp<ReshapeAttrs>({
  kind: 'reshape',
  summary: 'The same elements, in order, under another shape.',
  attrs: Type.Object({ shape: Type.Array(Type.Integer({ minimum: 1 })) }, { additionalProperties: false }),
  inputs: 1,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: (ctx) => {
    const from = ctx.inputs[0]?.shape ?? [];
    const { shape } = ctx.attrs;
    return numel(from) === numel(shape) ? [] : [`[${from}] and [${shape}] differ in size`];
  },
  shapes: (ctx) => [ctx.attrs.shape],
  bounds: (ctx, [x = []]) => [flatBounds(x, channelsOf(ctx.attrs.shape))],
  reference: (ctx, [x]) => [reshaped(x as IntTensor, ctx.attrs.shape)],
});

/** Channels that repeat inside the new last axis keep their bounds; otherwise they mix. */
function flatBounds(x: Bounds, channels: number): Bounds {
  if (x.length <= 1) return x;
  return channels % x.length === 0 ? spreadBounds(x, channels) : [hull(x)];
}
