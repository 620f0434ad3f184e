import { Type } from 'typebox';
import { halfUp } from '../../../num/rounding.ts';
import { allocate, type IntArray, type IntTensor, numel } from '../../../num/tensor.ts';
import { defineOp } from '../../op.ts';
import { type RealAttrs, realSchema } from '../real.ts';
import { channelsOf } from '../rows.ts';

/** `method`: how the designed op traverses a row; the ideal result is the same. */
export type SoftmaxAttrs = RealAttrs & { readonly method: 'online' | 'threepass' };

/** `y[i] = round(2^F · e^{scale·x[i]} / Σ_j e^{scale·x[j]})` of one row. */
function idealRow({ scale, fraction }: RealAttrs, x: IntArray, y: IntArray, from: number, length: number): void {
  let max = Number.NEGATIVE_INFINITY;
  for (let i = from; i < from + length; i++) max = Math.max(max, x[i] as number);
  let sum = 0;
  for (let i = from; i < from + length; i++) sum += Math.exp(scale * ((x[i] as number) - max));
  const unit = 2 ** fraction / sum;
  for (let i = from; i < from + length; i++) y[i] = halfUp(Math.exp(scale * ((x[i] as number) - max)) * unit);
}

/** Softmax over the last axis, `[…, L] → […, L]`, in units of 2^−F. */
export const softmax = defineOp<SoftmaxAttrs>({
  kind: 'softmax',
  summary: 'Softmax over the last axis, in a single pass or the stable three-pass form.',
  attrs: Type.Object(
    { ...realSchema, method: Type.Union([Type.Literal('online'), Type.Literal('threepass')]) },
    { additionalProperties: false },
  ),
  batch: 'leading',
  inputs: 1,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: ({ attrs, inputs: [x] }) => [
    ...(attrs.fraction < 1 || attrs.fraction > 30 ? [`fraction=${attrs.fraction} is not between 1 and 30`] : []),
    ...(x && channelsOf(x.shape) > 0 ? [] : ['its last axis is empty']),
  ],
  shapes: (ctx) => [ctx.inputs[0]?.shape ?? []],
  bounds: ({ attrs }) => [[{ lo: 0, hi: 2 ** attrs.fraction }]],
  reference: (ctx, [x], [type]) => {
    const { shape, data } = x as IntTensor;
    const y = allocate(numel(shape), type?.elem ?? { kind: 'int', bits: 53 });
    const length = channelsOf(shape);
    for (let from = 0; from < y.length; from += length) idealRow(ctx.attrs, data, y, from, length);
    return [{ shape, data: y }];
  },
});
