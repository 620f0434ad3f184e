import { Type } from 'typebox';
import { elemRange } from '../../../num/elem.ts';
import { TIES, type Ties } from '../../../num/shift.ts';
import { allocate, type IntTensor, numel } from '../../../num/tensor.ts';
import type { Attrs, Const } from '../../graph.ts';
import { defineOp, type OpContext } from '../../op.ts';
import { channelsOf } from '../rows.ts';
import { applyMixture, type Mixture, mixtureBounds, sizeOf } from './mixture.ts';

/**
 * `fraction`: a gate of one is 2^fraction, in codes `expert · 2^(fraction + 1) + gate`; `shift`, `ties`, `lo`, `hi`: the
 * requantisation between the two products, as in `requantise`.
 */
export type ExpertsAttrs = {
  readonly fraction: number;
  readonly shift: number;
  readonly ties: Ties;
  readonly lo: number;
  readonly hi: number;
};

/** Schema of the attributes, shared with the kernel. */
export const expertsSchema = {
  fraction: Type.Integer({ minimum: 1, maximum: 16 }),
  shift: Type.Integer({ minimum: 0, maximum: 62 }),
  ties: Type.Union(TIES.map((t) => Type.Literal(t))),
  lo: Type.Integer({ minimum: -(2 ** 15), maximum: 2 ** 16 - 1 }),
  hi: Type.Integer({ minimum: -(2 ** 15), maximum: 2 ** 16 - 1 }),
};

/** What a node with these attributes and constants computes. */
export function mixtureOf(attrs: ExpertsAttrs & Attrs, consts: OpContext['consts']): Mixture {
  const { fraction, shift, ties, lo, hi } = attrs;
  const [up, down, mul, add] = ['up', 'down', 'mul', 'add'].map((role) => consts[role] as Const) as [
    Const,
    Const,
    Const,
    Const,
  ];
  return { up, down, mul, add, shift, ties, lo, hi, fraction, table: consts['table'], bias: consts['bias'] };
}

/** Sentences about the constants of a node whose tokens are `width` wide. */
export function mixtureProblems(m: Mixture, width: number): string[] {
  if (m.up.shape.length !== 3) return [`up of [${m.up.shape}] is not [experts, hidden, channels]`];
  const { experts, hidden } = sizeOf(m);
  const problems: string[] = [];
  if (sizeOf(m).width !== width) problems.push(`up of [${m.up.shape}] does not fit a last axis of ${width}`);
  const want = [experts, sizeOf(m).width, hidden];
  if (`${m.down.shape}` !== `${want}`) problems.push(`down of [${m.down.shape}] is not [${want}]`);
  for (const [role, c] of [['mul', m.mul] as const, ['add', m.add] as const]) {
    const [rows = 0, columns = 0] = c.shape;
    const fits = (rows === 1 || rows === experts) && (columns === 1 || columns === hidden);
    if (c.shape.length !== 2 || !fits)
      problems.push(`${role} of [${c.shape}] is not [${experts} or 1, ${hidden} or 1]`);
  }
  if (m.lo > m.hi) problems.push(`lo=${m.lo} is above hi=${m.hi}`);
  if (m.ties === 'even' && m.shift === 0) problems.push('ties=even needs a shift of at least 1');
  const codes = m.hi - m.lo + 1;
  if (m.table && numel(m.table.shape) !== codes)
    problems.push(`a table of ${numel(m.table.shape)} entries is not one of the ${codes} codes from lo to hi`);
  if (m.bias && `${m.bias.shape}` !== `${[experts, width]}`)
    problems.push(`bias of [${m.bias.shape}] is not [${experts}, ${width}]`);
  return problems;
}

/**
 * Mixture of experts: `x [N, D]`, `routes [N, k]` → `[N, D]`. For each of a token's k routes, two products of expert e's
 * weights with a requantisation and an activation between them, times the route's gate, summed:
 *
 * `y[n] = Σ_j gate_j · (down_e · act(requantise(up_e · x[n])) + bias_e)`, in units of 2^-fraction.
 *
 * A route's code is `expert · 2^(fraction + 1) + gate`; a gate above one counts as one, and an expert beyond the last
 * adds nothing. Which experts are wanted is known only at run time: in hardware their weights come from memory.
 */
export const experts = defineOp<ExpertsAttrs>({
  kind: 'experts',
  summary: 'Mixture of experts: for each token the experts that its routes name, times their gates, summed.',
  attrs: Type.Object(expertsSchema, { additionalProperties: false }),
  inputs: 2,
  outputs: () => 1,
  consts: { required: ['up', 'down', 'mul', 'add'], optional: ['table', 'bias'] },
  check: (ctx) => {
    const [x, routes] = ctx.inputs;
    const problems = mixtureProblems(mixtureOf(ctx.attrs, ctx.consts), channelsOf(x?.shape ?? []));
    const tokens = numel((x?.shape ?? []).slice(0, -1));
    if (numel((routes?.shape ?? []).slice(0, -1)) !== tokens)
      problems.push(`routes of [${routes?.shape}] are not one row for each of the ${tokens} tokens`);
    if (routes?.elem.kind !== 'uint') problems.push('a route is an unsigned number');
    return problems;
  },
  shapes: (ctx) => [ctx.inputs[0]?.shape ?? []],
  bounds: (ctx, [x = []]) => [
    mixtureBounds(mixtureOf(ctx.attrs, ctx.consts), x, channelsOf(ctx.inputs[1]?.shape ?? [])).output,
  ],
  reference: (ctx, [x, routes], [type]) => {
    const { shape, data } = x as IntTensor;
    const codes = routes as IntTensor;
    const m = mixtureOf(ctx.attrs, ctx.consts);
    const y = allocate(numel(shape), type?.elem ?? { kind: 'int', bits: 53 });
    const elem = ctx.inputs[0]?.elem;
    const bounds = mixtureBounds(m, [elem ? elemRange(elem) : { lo: 0, hi: 0 }], 1);
    applyMixture(m, data, codes.data, channelsOf(codes.shape), y, bounds.types);
    return [{ shape, data: y }];
  },
});
