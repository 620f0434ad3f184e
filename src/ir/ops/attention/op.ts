import { Type } from 'typebox';
import { allocate, numel } from '../../../num/tensor.ts';
import type { Const } from '../../graph.ts';
import { defineOp } from '../../op.ts';
import { attendSchema, weighingProblems } from '../attend/attrs.ts';
import { meanRange, type Weighing } from '../attend/weigh.ts';
import { codingSchema } from '../exponential.ts';
import { maskProblems, type Scoring } from '../scores/codes.ts';
import { designAttention } from './design.ts';
import { designedFrame, idealFrame } from './evaluate.ts';
import { rotaProblems } from './rota.ts';
import { type AttentionAttrs, type AttentionContext, type AttentionDesign, shapeOf } from './shape.ts';

const count = (maximum: number) => Type.Integer({ minimum: 0, maximum });
const positive = Type.Integer({ minimum: 1 });
const { stepBits, reciprocalBits, fraction } = attendSchema;

const designSchema = Type.Object(
  { slots: positive, ...codingSchema, stepBits, reciprocalBits },
  { additionalProperties: false },
);

/** The scores of a node; for the ideal op only what does not depend on the design is used. */
function scoringOf(ctx: AttentionContext, design: AttentionDesign | null): Scoring {
  const { queries, keys, heads, width, mask } = shapeOf(ctx);
  const { mul, add, shift, bits } = design ?? { mul: 0, add: 0, shift: 0, bits: 2 };
  const { causal } = ctx.attrs;
  return { queries, keys, slots: design?.slots ?? 1, heads, width, causal, mask, coding: { mul, add, shift, bits } };
}

function weighingOf(ctx: AttentionContext, design: AttentionDesign): Weighing {
  const { queries, keys, heads, valueWidth } = shapeOf(ctx);
  return {
    queries,
    keys,
    heads,
    slots: design.slots,
    width: valueWidth,
    stepBits: design.stepBits,
    reciprocalBits: design.reciprocalBits,
    fraction: ctx.attrs.fraction,
    table: (ctx.consts['mantissas'] as Const).data,
    range: rangeOf(ctx),
  };
}

const rangeOf = ({ attrs, inputs }: AttentionContext) =>
  meanRange(inputs[2]?.elem ?? { kind: 'int', bits: 1 }, attrs.fraction);

function designProblems(ctx: AttentionContext, design: AttentionDesign): string[] {
  const { queries, keys, heads } = shapeOf(ctx);
  const table = ctx.consts['mantissas'];
  if (!table) return ['a design needs the mantissas of its exponentials'];
  const attend = { ...design, queries, keys, heads, fraction: ctx.attrs.fraction };
  return weighingProblems(attend, table, ctx.inputs[2]?.elem.bits ?? 1);
}

/**
 * Scaled dot-product attention of `heads` heads side by side: q `[N, H·dk]`, k `[M, H·dk]`, v `[M, H·dv]` → `[N, H·dv]`,
 * `2^fraction · softmax(scale · q kᵀ) v`. A constant `mask` `[N, M]` is 1 where a query attends to a key. A query without
 * any key gives 0.
 *
 * Without its mantissas it is ideal: exact exponentials, one rounding, half up. With them it is what the hardware does:
 * scores become codes of exponentials, the keys are seen once, in the order of the rota, with sums relative to the
 * largest octave so far, and each row is divided once.
 */
export const attention = defineOp<AttentionAttrs>({
  kind: 'attention',
  summary: 'Scaled dot-product attention: means of the values, weighed by the softmax of queries times keys, per head.',
  attrs: Type.Object(
    {
      heads: positive,
      scale: Type.Number({ exclusiveMinimum: 0 }),
      fraction,
      causal: Type.Boolean(),
      slots: count(2 ** 16),
      scoreBits: count(24),
      stepBits: count(10),
      mantissaBits: count(24),
      design: Type.Union([Type.Null(), designSchema]),
    },
    { additionalProperties: false },
  ),
  inputs: 3,
  outputs: () => 1,
  consts: { required: [], optional: ['mask', 'mantissas'] },
  check: (ctx) => {
    const [q = [], k = [], v = []] = ctx.inputs.map((t) => t.shape);
    const { heads, slots, scoreBits, stepBits: step, mantissaBits, design } = ctx.attrs;
    if (q.length !== 2 || k.length !== 2 || v.length !== 2)
      return [`q [${q}], k [${k}] and v [${v}] are not matrices [N, H·dk], [M, H·dk] and [M, H·dv]`];
    if (q[1] !== k[1]) return [`rows of q have ${q[1]} elements, those of k ${k[1]}`];
    if (k[0] !== v[0]) return [`there are ${k[0]} keys and ${v[0]} values`];
    const { keys, queries, mask } = shapeOf(ctx);
    const problems = [q[1], v[1]]
      .filter((row) => (row as number) % heads !== 0)
      .map((row) => `heads=${heads} does not divide rows of ${row}`);
    if (scoreBits > 0 && step >= scoreBits) problems.push(`stepBits=${step} must be less than scoreBits=${scoreBits}`);
    if (mantissaBits > 0 && step > mantissaBits)
      problems.push(`stepBits=${step} must be at most mantissaBits=${mantissaBits}`);
    problems.push(...rotaProblems({ queries, keys, slots: design?.slots ?? Math.max(1, slots) }));
    return [...problems, ...maskProblems(mask, queries, keys), ...(design ? designProblems(ctx, design) : [])];
  },
  shapes: ({ inputs }) => [[inputs[0]?.shape[0] ?? 0, inputs[2]?.shape[1] ?? 0]],
  bounds: (ctx) => [[rangeOf(ctx)]],
  reference: (ctx, [q, k, v], [type]) => {
    const shape = type?.shape ?? [];
    const y = allocate(numel(shape), type?.elem ?? { kind: 'int', bits: 53 });
    const { design, scale } = ctx.attrs;
    const s = scoringOf(ctx, design);
    if (q && k && v) {
      const operands = { q: q.data, k: k.data, v: v.data, y };
      if (design) designedFrame(s, weighingOf(ctx, design), operands);
      else idealFrame(s, shapeOf(ctx).valueWidth, scale, ctx.attrs.fraction, operands);
    }
    return [{ shape, data: y }];
  },
  design: designAttention,
});
