import { Type } from 'typebox';
import { attendSchema, weighingProblems } from '../../ir/ops/attend/attrs.ts';
import { meanRange, weigh } from '../../ir/ops/attend/weigh.ts';
import { endsAt, rotaProblems, stepsOf } from '../../ir/ops/attention/rota.ts';
import { allocate, type IntTensor, numel } from '../../num/tensor.ts';
import { readingModel } from '../cycles.ts';
import { divisors } from '../divisors.ts';
import { defineKernel } from '../kernel.ts';
import { multSchema } from '../mac.ts';
import {
  type AttendKernelAttrs,
  attendLatency,
  beatsPerStep,
  codeElem,
  tableOf,
  valueElem,
  weighingOf,
} from './attrs.ts';
import { attendHls, attendVerilog } from './binding.ts';
import { attendCost } from './cost.ts';

const positive = Type.Integer({ minimum: 1 });

const explain = (value: number, { columns }: AttendKernelAttrs): string =>
  `SIMD=${value} does not divide the ${columns} elements of a head`;

/**
 * `slots` queries by `SIMD` elements per cycle: each value beat is weighed for every query that is in a slot. A step takes
 * `heads · columns / SIMD` cycles, steps and frames follow without a gap; division takes place behind, once per row.
 */
export const attend = defineKernel<AttendKernelAttrs>({
  kind: 'attend',
  summary:
    'Means of the values that pass by for some queries at a time, SIMD elements per cycle; one division per row.',
  attrs: Type.Object(
    { ...attendSchema, slots: positive, columns: positive, SIMD: positive, mult: multSchema },
    { additionalProperties: false },
  ),
  inputs: 2,
  outputs: () => 1,
  consts: { required: ['mantissas'], optional: [] },
  check: (ctx) => {
    const a = ctx.attrs;
    const [codes, v] = ctx.inputs.map((t) => numel(t.shape));
    const problems = rotaProblems(a);
    if (problems.length > 0) return problems;
    const steps = stepsOf(a);
    if (codes !== steps * a.heads * a.slots)
      problems.push(`${codes} codes are not those of ${steps} steps, ${a.heads * a.slots} each`);
    if (v !== steps * a.heads * a.columns)
      problems.push(`${v} elements are not the values of ${steps} steps, ${a.heads * a.columns} each`);
    if (a.columns % a.SIMD !== 0) problems.push(explain(a.SIMD, a));
    const { kind, bits } = codeElem(ctx);
    if (kind !== 'uint' || bits <= a.stepBits)
      problems.push(`codes are unsigned and have more than stepBits=${a.stepBits} bits, not ${kind} of ${bits}`);
    return [...problems, ...weighingProblems(a, tableOf(ctx), valueElem(ctx).bits)];
  },
  shapes: ({ attrs }) => [[attrs.queries * attrs.heads * attrs.columns]],
  bounds: (ctx) => [[meanRange(valueElem(ctx), ctx.attrs.fraction)]],
  reference: (ctx, inputs, [type]) => {
    const [codes, v] = inputs as [IntTensor, IntTensor];
    const { queries, heads, columns } = ctx.attrs;
    const shape = [queries * heads * columns];
    const data = allocate(shape[0] as number, type?.elem ?? { kind: 'int', bits: 53 });
    weigh(weighingOf(ctx), codes.data, v.data, data);
    return [{ shape, data }];
  },
  lanes: ({ attrs }) => [attrs.SIMD],
  inputLanes: ({ attrs }) => [attrs.slots, attrs.SIMD],
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
      reads: i % perHead === 0 ? 3 : 2,
      writes: endsAt(a, Math.floor(i / perStep)) >= 0,
    });
    return readingModel(stepsOf(a) * perStep, slot, attendLatency(ctx));
  },
  cost: attendCost,
  verilog: attendVerilog,
  hls: attendHls,
  implements: {
    op: 'attend',
    attrs: (node, [codes, v]) => {
      const { queries, keys, heads, stepBits, reciprocalBits, fraction } = node.attrs as AttendKernelAttrs;
      const slots = codes?.shape[2] ?? 1;
      const columns = (v?.shape[1] ?? heads) / heads;
      const rest = { stepBits, reciprocalBits, fraction, SIMD: 1, mult: 'auto' as const };
      return { queries, keys, slots, heads, columns, ...rest } satisfies AttendKernelAttrs;
    },
  },
});
