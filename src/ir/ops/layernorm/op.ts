import { Type } from 'typebox';
import { elemRange, type Interval } from '../../../num/elem.ts';
import { halfUp } from '../../../num/rounding.ts';
import { allocate, type IntTensor, numel } from '../../../num/tensor.ts';
import { constant } from '../../constant.ts';
import type { Const } from '../../graph.ts';
import { defineOp, type OpContext } from '../../op.ts';
import { rowProbes } from '../probes.ts';
import { designProblems, type RealAttrs, realSchema } from '../real.ts';
import { channelsOf } from '../rows.ts';
import { rowMoments } from './moments.ts';
import { applyNorm, designNorm, type NormDesign, normDesignSchema, normProblems } from './norm.ts';

/** `epsilon`: added to the variance of the real values. `center` = false leaves the mean in: RMSNorm. */
export type LayernormAttrs = RealAttrs & {
  readonly epsilon: number;
  readonly center: boolean;
  /** Its integers. */
  readonly design?: NormDesign;
};

type Ctx = OpContext<LayernormAttrs>;

const elemOf = (ctx: Ctx): Interval => elemRange(ctx.inputs[0]?.elem ?? { kind: 'int', bits: 2 });

/** |y| ≤ 2^F·√C, or 2^F·√(C − 1) where the mean is taken out, for one element may hold all that a row has. */
function limitOf({ attrs: { fraction, center }, inputs: [x] }: Ctx): number {
  const C = channelsOf(x?.shape ?? []);
  return Math.ceil(2 ** fraction * Math.sqrt(center ? C - 1 : C));
}

/**
 * Layer normalisation over the last axis, `[…, C] → […, C]`: `y = 2^F · (r − mean) / √(variance + epsilon)` of the real
 * values r = scale · x. Gain and bias are affine steps behind it.
 */
export const layernorm = defineOp<LayernormAttrs>({
  kind: 'layernorm',
  summary: 'Normalises the last axis to mean 0 and variance 1, or to mean square 1 (RMSNorm).',
  attrs: Type.Object(
    {
      ...realSchema,
      epsilon: Type.Number({ minimum: 0 }),
      center: Type.Boolean(),
      design: Type.Optional(normDesignSchema),
    },
    { additionalProperties: false },
  ),
  batch: 'leading',
  inputs: 1,
  outputs: () => 1,
  consts: { required: [], optional: ['table'] },
  check: (ctx) => {
    const C = channelsOf(ctx.inputs[0]?.shape ?? []);
    const { lo, hi } = elemOf(ctx);
    const squares = C * Math.max(-lo, hi) ** 2;
    if (C < 1) return ['its last axis is empty'];
    if (squares >= 2 ** 53) return [`the sum of ${C} squares takes more than 53 bits`];
    const { design } = ctx.attrs;
    const table = ctx.consts['table'];
    const problems = designProblems(ctx, design, ['table']);
    return design && table ? [...problems, ...normProblems(design, table.data, C, { lo, hi })] : problems;
  },
  shapes: (ctx) => [ctx.inputs[0]?.shape ?? []],
  bounds: (ctx) => [[{ lo: -limitOf(ctx), hi: limitOf(ctx) }]],
  reference: (ctx, [x], [type]) => {
    const { shape, data } = x as IntTensor;
    const y = allocate(numel(shape), type?.elem ?? { kind: 'int', bits: 53 });
    const C = channelsOf(shape);
    const { scale, fraction, epsilon, center, design } = ctx.attrs;
    if (design) {
      const table = (ctx.consts['table'] as Const).data;
      for (let from = 0; from < y.length; from += C) applyNorm(design, table, data, y, from, C);
      return [{ shape, data: y }];
    }
    for (let from = 0; from < y.length; from += C) {
      const { sum, spread } = rowMoments(data, from, C, center);
      // (C·x − Σx) / √(C·Σx² − (Σx)² + C²·ε/scale²): both sides multiplied by C/scale, so that only the root rounds.
      const root = Math.sqrt(Number(spread) + (C * C * epsilon) / (scale * scale));
      const unit = root > 0 ? 2 ** fraction / root : 0;
      for (let i = from; i < from + C; i++) y[i] = halfUp((C * (data[i] as number) - sum) * unit);
    }
    return [{ shape, data: y }];
  },
  design: (ctx, { lsb }) => {
    const { design: done, ...ideal } = ctx.attrs;
    if (done) return undefined;
    const C = channelsOf(ctx.inputs[0]?.shape ?? []);
    const found = designNorm({ ...ideal, C, limit: limitOf(ctx) }, lsb);
    if (!found) return `a root of 26 bits does not come within ${lsb} output units of it`;
    const { design, table } = found;
    const problems = normProblems(design, table, C, elemOf(ctx));
    if (problems.length > 0) return problems.join('; ');
    return {
      attrs: { ...ideal, design },
      consts: { table: constant([table.length], table) },
      note: `exact sums, one pass; root from ${table.length} guesses of ${design.guess} bits and a Newton step, ${design.result} bits`,
      probes: () => rowProbes(C, elemOf(ctx)),
    };
  },
});
