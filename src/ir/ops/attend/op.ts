import { Type } from 'typebox';
import { allocate, numel } from '../../../num/tensor.ts';
import type { Const } from '../../graph.ts';
import { defineOp, type OpContext } from '../../op.ts';
import { rotaProblems, stepsOf } from '../attention/rota.ts';
import { type AttendAttrs, attendSchema, weighingProblems } from './attrs.ts';
import { meanRange, type Weighing, weigh } from './weigh.ts';

const tableOf = (ctx: OpContext): Const => ctx.consts['mantissas'] as Const;

function weighingOf(ctx: OpContext<AttendAttrs>): Weighing {
  const { attrs, inputs } = ctx;
  const [codes, v] = inputs;
  return {
    ...attrs,
    slots: codes?.shape[2] ?? 1,
    width: (v?.shape[1] ?? 1) / attrs.heads,
    table: tableOf(ctx).data,
    range: meanRange(v?.elem ?? { kind: 'int', bits: 1 }, attrs.fraction),
  };
}

/**
 * Values weighed by the exponentials of codes, for the queries that are in the slots: codes `[T, H, slots]`, v `[T, H·d]`
 * → `[N, H·d]`, 2^fraction times the weighted mean, by the rota of attention. One pass: numerators and denominator are
 * kept relative to the largest octave so far, and divided when a query has seen all keys. A query without keys gives 0.
 */
export const attend = defineOp<AttendAttrs>({
  kind: 'attend',
  summary: 'Means of the values that pass by, weighed by the exponentials of codes; some queries at a time.',
  attrs: Type.Object(attendSchema, { additionalProperties: false }),
  inputs: 2,
  outputs: () => 1,
  consts: { required: ['mantissas'], optional: [] },
  check: (ctx) => {
    const [c = [], v = []] = ctx.inputs.map((t) => t.shape);
    const { heads } = ctx.attrs;
    if (c.length !== 3 || v.length !== 2) return [`codes [${c}] and v [${v}] are not [T, H, slots] and [T, H·d]`];
    if (c[1] !== heads || (v[1] as number) % heads !== 0)
      return [`heads=${heads} do not fit codes [${c}] and rows of ${v[1]}`];
    const { kind, bits } = ctx.inputs[0]?.elem ?? { kind: 'int', bits: 1 };
    if (kind !== 'uint' || bits <= ctx.attrs.stepBits)
      return [`codes are unsigned and have more than stepBits=${ctx.attrs.stepBits} bits, not ${kind} of ${bits}`];
    const w = weighingOf(ctx);
    const rota = rotaProblems(w);
    if (rota.length > 0) return rota;
    const steps = stepsOf(w);
    const wrong = c[0] === steps && v[0] === steps ? [] : [`codes [${c}] and v [${v}] are not ${steps} steps`];
    return [...wrong, ...weighingProblems(ctx.attrs, tableOf(ctx), ctx.inputs[1]?.elem.bits ?? 1)];
  },
  shapes: ({ attrs, inputs }) => [[attrs.queries, inputs[1]?.shape[1] ?? 0]],
  bounds: (ctx) => [[weighingOf(ctx).range]],
  reference: (ctx, [codes, v], [type]) => {
    const shape = type?.shape ?? [];
    const y = allocate(numel(shape), type?.elem ?? { kind: 'int', bits: 53 });
    if (codes && v) weigh(weighingOf(ctx), codes.data, v.data, y);
    return [{ shape, data: y }];
  },
});
