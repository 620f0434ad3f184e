import { Type } from 'typebox';
import { elemRange } from '../../../num/elem.ts';
import { halfUp } from '../../../num/rounding.ts';
import { allocate, type IntArray, type IntTensor, numel } from '../../../num/tensor.ts';
import type { Const } from '../../graph.ts';
import { defineOp } from '../../op.ts';
import { mantissas } from '../exponential.ts';
import { rowProbes } from '../probes.ts';
import { designProblems, type RealAttrs, realSchema } from '../real.ts';
import { channelsOf } from '../rows.ts';
import {
  applySoftmax,
  designSoftmax,
  type SoftmaxDesign,
  type SoftmaxMethod,
  softmaxDesignSchema,
  softmaxMethod,
  softmaxProblems,
  unitOf,
} from './weights.ts';

/** `method`: how the designed op traverses a row; the ideal result is the same. `design`: its integers. */
export type SoftmaxAttrs = RealAttrs & { readonly method: SoftmaxMethod; readonly design?: SoftmaxDesign };

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
    { ...realSchema, method: softmaxMethod, design: Type.Optional(softmaxDesignSchema) },
    { additionalProperties: false },
  ),
  batch: 'leading',
  inputs: 1,
  outputs: () => 1,
  consts: { required: [], optional: ['mantissas'] },
  check: (ctx) => {
    const { fraction, design } = ctx.attrs;
    const length = channelsOf(ctx.inputs[0]?.shape ?? []);
    const table = ctx.consts['mantissas'];
    const problems = designProblems(ctx, design, ['mantissas']);
    if (fraction < 1 || fraction > 30) problems.push(`fraction=${fraction} is not between 1 and 30`);
    if (length < 1) problems.push('its last axis is empty');
    if (design && unitOf(design) !== 2 ** fraction)
      problems.push(`its design gives 1 as ${unitOf(design)}, not 2^${fraction}`);
    return design && table ? [...problems, ...softmaxProblems(design, table.data, length)] : problems;
  },
  shapes: (ctx) => [ctx.inputs[0]?.shape ?? []],
  bounds: ({ attrs }) => [[{ lo: 0, hi: 2 ** attrs.fraction }]],
  reference: (ctx, [x], [type]) => {
    const { shape, data } = x as IntTensor;
    const y = allocate(numel(shape), type?.elem ?? { kind: 'int', bits: 53 });
    const length = channelsOf(shape);
    const { design, method } = ctx.attrs;
    if (design) {
      const table = (ctx.consts['mantissas'] as Const).data;
      for (let from = 0; from < y.length; from += length) applySoftmax(design, table, method, data, y, from, length);
      return [{ shape, data: y }];
    }
    for (let from = 0; from < y.length; from += length) idealRow(ctx.attrs, data, y, from, length);
    return [{ shape, data: y }];
  },
  design: (ctx, { lsb }) => {
    const { design: done, ...ideal } = ctx.attrs;
    if (done) return undefined;
    const length = channelsOf(ctx.inputs[0]?.shape ?? []);
    const x = elemRange(ctx.inputs[0]?.elem ?? { kind: 'int', bits: 2 });
    const design = designSoftmax({ ...ideal, length, x }, lsb);
    if (typeof design === 'string') return design;
    return {
      attrs: { ...ideal, design },
      consts: { mantissas: mantissas(design.stepBits, design.mantissa) },
      note: `${ideal.method}: 2^${design.stepBits} mantissas of ${design.mantissa} bits, codes of ${design.coding.bits} bits, one division per row`,
      probes: () => rowProbes(length, x),
    };
  },
});
