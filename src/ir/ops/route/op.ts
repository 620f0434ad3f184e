import { Type } from 'typebox';
import { elemRange } from '../../../num/elem.ts';
import { allocate, type IntTensor, numel } from '../../../num/tensor.ts';
import type { Attrs } from '../../graph.ts';
import { defineOp, type OpContext } from '../../op.ts';
import { channelsOf } from '../rows.ts';
import { designedChoices, idealChoices, type RouteDesign, routeCode } from './choose.ts';
import { routeDesign } from './design.ts';

/**
 * `k`: experts per token; `renormalise`: the gates of a token's k experts sum to one, instead of those of all experts;
 * `scale`: the real value of one unit of a logit; `fraction`: a gate is 2^fraction times its real value; `design`: the
 * integers of the exponential, with the constant `mantissas`. Without them the op is ideal.
 */
export type RouteAttrs = Attrs & {
  readonly k: number;
  readonly renormalise: boolean;
  readonly scale: number;
  readonly fraction: number;
  readonly design?: RouteDesign & Attrs;
};

/** Schema of the attributes, shared with the kernel. */
export const routeSchema = {
  k: Type.Integer({ minimum: 1 }),
  renormalise: Type.Boolean(),
  scale: Type.Number({ exclusiveMinimum: 0 }),
  fraction: Type.Integer({ minimum: 1, maximum: 16 }),
  design: Type.Optional(
    Type.Object(
      {
        mul: Type.Integer({ minimum: 0 }),
        add: Type.Integer({ minimum: 0 }),
        shift: Type.Integer({ minimum: 0, maximum: 52 }),
        bits: Type.Integer({ minimum: 2, maximum: 20 }),
        stepBits: Type.Integer({ minimum: 1, maximum: 12 }),
        mantissaBits: Type.Integer({ minimum: 2, maximum: 28 }),
      },
      { additionalProperties: false },
    ),
  ),
};

/** Sentences about the attributes and constants of a node with that many experts. */
export function routeProblems(ctx: OpContext<RouteAttrs>, experts: number): string[] {
  const { k, design } = ctx.attrs;
  const problems: string[] = [];
  if (k > experts) problems.push(`k=${k} is more than the ${experts} experts`);
  const mantissas = ctx.consts['mantissas'];
  if ((design === undefined) !== (mantissas === undefined))
    problems.push('`design` and the constant `mantissas` come together');
  if (!design || !mantissas) return problems;
  const { stepBits, mantissaBits, bits } = design;
  if (numel(mantissas.shape) !== 2 ** stepBits)
    problems.push(`${numel(mantissas.shape)} mantissas are not 2^stepBits=${2 ** stepBits}`);
  if (stepBits >= bits) problems.push(`stepBits=${stepBits} is not below bits=${bits}`);
  const low = 2 ** (mantissaBits - 1);
  if (mantissas.data.some((m) => m < low || m >= 2 * low)) problems.push(`a mantissa is not in [${low}, ${2 * low})`);
  const elem = ctx.inputs[0]?.elem;
  if (elem && Math.max(-elemRange(elem).lo, elemRange(elem).hi) * design.mul + design.add >= 2 ** 53)
    problems.push(`logits of ${elem.bits} bits times ${design.mul} do not fit 53 bits`);
  return problems;
}

/** Routes `tokens` rows of logits; codes in rows of k. */
export function applyRoute(
  ctx: OpContext<RouteAttrs>,
  x: IntTensor['data'],
  y: IntTensor['data'],
  experts: number,
): void {
  const { attrs } = ctx;
  const { k, fraction, design } = attrs;
  const mantissas = ctx.consts['mantissas'];
  for (let n = 0; n * experts < x.length; n++) {
    const logits = x.subarray(n * experts, (n + 1) * experts);
    const choices =
      design && mantissas ? designedChoices(logits, attrs, design, mantissas.data) : idealChoices(logits, attrs);
    choices.forEach((c, j) => {
      y[n * k + j] = routeCode(c, fraction);
    });
  }
}

/** The largest code: the last expert with a gate of one. */
export const routeRange = (experts: number, fraction: number): { lo: number; hi: number } => ({
  lo: 0,
  hi: routeCode({ expert: experts - 1, gate: 2 ** fraction }, fraction),
});

/**
 * Softmax over the E logits of each token and its k largest: `[…, E] → […, k]` codes `expert · 2^(fraction + 1) + gate`,
 * largest first. Of equal logits the lower index is the larger. The gates are those of the softmax over all E logits.
 */
export const route = defineOp<RouteAttrs>({
  kind: 'route',
  summary: 'Softmax over the experts and the k largest of them: codes of expert and gate, ties to the lower index.',
  attrs: Type.Object(routeSchema, { additionalProperties: false }),
  batch: 'leading',
  inputs: 1,
  outputs: () => 1,
  consts: { required: [], optional: ['mantissas'] },
  check: (ctx) => routeProblems(ctx, channelsOf(ctx.inputs[0]?.shape ?? [])),
  shapes: (ctx) => [[...(ctx.inputs[0]?.shape ?? []).slice(0, -1), ctx.attrs.k]],
  design: (ctx, wanted) => {
    const [x] = ctx.inputs;
    if (ctx.attrs.design || !x) return undefined;
    return routeDesign(ctx.attrs, channelsOf(x.shape), x.elem, wanted);
  },
  bounds: (ctx) => [[routeRange(channelsOf(ctx.inputs[0]?.shape ?? []), ctx.attrs.fraction)]],
  reference: (ctx, [x], [type]) => {
    const { shape, data } = x as IntTensor;
    const y = type ? allocate(numel(type.shape), type.elem) : new Int32Array(0);
    applyRoute(ctx, data, y, channelsOf(shape));
    return [{ shape: type?.shape ?? [], data: y }];
  },
});
