import { Type } from 'typebox';
import { uint } from '../../../num/elem.ts';
import { allocate, numel } from '../../../num/tensor.ts';
import { defineOp, type OpContext } from '../../op.ts';
import { rotaProblems, stepsOf } from '../attention/rota.ts';
import { codingSchema } from '../exponential.ts';
import { codesOf, maskProblems, type Scoring, scoringProblems } from './codes.ts';

export type ScoresAttrs = {
  readonly heads: number;
  readonly keys: number;
  readonly slots: number;
  readonly causal: boolean;
  readonly mul: number;
  readonly add: number;
  readonly shift: number;
  readonly bits: number;
};

const positive = Type.Integer({ minimum: 1 });

function scoringOf({ attrs, inputs, consts }: OpContext<ScoresAttrs>): Scoring {
  const { heads, keys, slots, causal, mul, add, shift, bits } = attrs;
  const [queries = 1, row = 1] = inputs[0]?.shape ?? [];
  const mask = consts['mask'];
  return { queries, keys, slots, heads, width: row / heads, causal, mask, coding: { mul, add, shift, bits } };
}

/**
 * Scores of `slots` queries at a time with the keys that pass by, as codes of exponentials: q `[N, H·d]`, k `[T, H·d]`
 * → `[T, H, slots]`, by the rota of attention. Code 0: no query in the slot, or it does not attend to this key.
 */
export const scores = defineOp<ScoresAttrs>({
  kind: 'scores',
  summary: 'Products of some queries at a time with the keys that pass by, as codes of exponentials.',
  attrs: Type.Object(
    { heads: positive, keys: positive, slots: positive, causal: Type.Boolean(), ...codingSchema },
    { additionalProperties: false },
  ),
  inputs: 2,
  outputs: () => 1,
  consts: { required: [], optional: ['mask'] },
  check: (ctx) => {
    const [q = [], k = []] = ctx.inputs.map((t) => t.shape);
    const s = scoringOf(ctx);
    if (q.length !== 2 || k.length !== 2 || q[1] !== k[1]) return [`q [${q}] and k [${k}] are not rows of one width`];
    if ((q[1] as number) % s.heads !== 0) return [`heads=${s.heads} does not divide rows of ${q[1]}`];
    const rota = rotaProblems(s);
    if (rota.length > 0) return rota;
    const steps = stepsOf(s);
    const wrong = k[0] === steps ? [] : [`${k[0]} keys pass by, not the ${steps} steps of the rota`];
    const [qe, ke] = ctx.inputs.map((t) => t.elem);
    const wide = qe && ke ? scoringProblems(s, qe, ke) : [];
    return [...wrong, ...wide, ...maskProblems(s.mask, s.queries, s.keys)];
  },
  shapes: ({ attrs, inputs }) => [[inputs[1]?.shape[0] ?? 0, attrs.heads, attrs.slots]],
  bounds: ({ attrs }) => [[{ lo: 0, hi: 2 ** attrs.bits - 1 }]],
  reference: (ctx, [q, k], [type]) => {
    const shape = type?.shape ?? [];
    const codes = allocate(numel(shape), type?.elem ?? uint(ctx.attrs.bits));
    if (q && k) codesOf(scoringOf(ctx), q.data, k.data, codes);
    return [{ shape, data: codes }];
  },
});
