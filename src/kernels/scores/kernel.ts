import { Type } from 'typebox';
import { rotaProblems, startsAt, stepsOf } from '../../ir/ops/attention/rota.ts';
import { codingSchema } from '../../ir/ops/exponential.ts';
import { codesOf, maskProblems, scoringProblems } from '../../ir/ops/scores/codes.ts';
import { uint } from '../../num/elem.ts';
import { allocate, type IntTensor, numel } from '../../num/tensor.ts';
import { readingModel } from '../cycles.ts';
import { divisors } from '../divisors.ts';
import { defineKernel } from '../kernel.ts';
import { factorProblems, macLatency, multSchema } from '../mac.ts';
import { beatsPerStep, keyElem, queryElem, type ScoresKernelAttrs, scoresDsp, scoringOf } from './attrs.ts';
import { scoresHls, scoresVerilog } from './binding.ts';
import { scoresCost } from './cost.ts';

const positive = Type.Integer({ minimum: 1 });

/** Registers of the requantisation behind the dot products. */
const SCALE_STAGES = 4;

/**
 * `slots` queries by `SIMD` elements per cycle: each key beat meets the same beat of every query that is in a slot. A
 * step takes `heads · columns / SIMD` cycles, steps and frames follow without a gap.
 */
export const scores = defineKernel<ScoresKernelAttrs>({
  kind: 'scores',
  summary: 'Products of some queries at a time with the keys that pass by, SIMD elements of each per cycle.',
  attrs: Type.Object(
    {
      queries: positive,
      keys: positive,
      slots: positive,
      heads: positive,
      columns: positive,
      causal: Type.Boolean(),
      ...codingSchema,
      SIMD: positive,
      mult: multSchema,
    },
    { additionalProperties: false },
  ),
  inputs: 2,
  outputs: () => 1,
  consts: { required: [], optional: ['mask'] },
  check: (ctx) => {
    const a = ctx.attrs;
    const [q, k] = ctx.inputs.map((t) => numel(t.shape));
    const row = a.heads * a.columns;
    const problems = [...rotaProblems(a), ...factorProblems(keyElem(ctx), queryElem(ctx))];
    if (problems.length > 0) return problems;
    const steps = stepsOf(a);
    if (q !== a.queries * row) problems.push(`${q} elements are not queries=${a.queries} of ${row}`);
    if (k !== steps * row) problems.push(`${k} elements are not the keys of ${steps} steps, ${row} each`);
    if (a.columns % a.SIMD !== 0) problems.push(explain(a.SIMD, a));
    const scoring = scoringOf(ctx);
    problems.push(...scoringProblems(scoring, queryElem(ctx), keyElem(ctx)));
    return [...problems, ...maskProblems(scoring.mask, a.queries, a.keys)];
  },
  shapes: ({ attrs }) => [[stepsOf(attrs) * attrs.heads * attrs.slots]],
  bounds: ({ attrs }) => [[{ lo: 0, hi: 2 ** attrs.bits - 1 }]],
  reference: (ctx, inputs, [type]) => {
    const [q, k] = inputs as [IntTensor, IntTensor];
    const shape = [stepsOf(ctx.attrs) * ctx.attrs.heads * ctx.attrs.slots];
    const data = allocate(shape[0] as number, type?.elem ?? uint(ctx.attrs.bits));
    codesOf(scoringOf(ctx), q.data, k.data, data);
    return [{ shape, data }];
  },
  lanes: ({ attrs }) => [attrs.slots],
  inputLanes: ({ attrs }) => [attrs.SIMD, attrs.SIMD],
  folding: {
    knobs: ['SIMD'],
    legal: (_knob, { attrs }) => divisors(attrs.columns),
    explain: (_knob, value, { attrs }) => explain(value, attrs),
  },
  busy: ({ attrs }) => stepsOf(attrs) * beatsPerStep(attrs),
  cycles: (ctx) => {
    const a = ctx.attrs;
    const perStep = beatsPerStep(a);
    const perHead = a.columns / a.SIMD;
    const slot = (i: number) => ({
      reads: startsAt(a, Math.floor(i / perStep)) >= 0 ? 3 : 2,
      writes: i % perHead === perHead - 1,
    });
    return readingModel(stepsOf(a) * perStep, slot, macLatency(a.SIMD, scoresDsp(ctx)) + SCALE_STAGES);
  },
  cost: scoresCost,
  verilog: scoresVerilog,
  hls: scoresHls,
  implements: {
    op: 'scores',
    attrs: (node, [q]) => {
      const { heads, keys, slots, causal, mul, add, shift, bits } = node.attrs as ScoresKernelAttrs;
      const [queries = 1, row = heads] = q?.shape ?? [];
      const rest = { causal, mul, add, shift, bits, SIMD: 1, mult: 'auto' as const };
      return { queries, keys, slots, heads, columns: row / heads, ...rest } satisfies ScoresKernelAttrs;
    },
  },
});

const explain = (value: number, { columns }: ScoresKernelAttrs): string =>
  `SIMD=${value} does not divide the ${columns} elements of a head`;
