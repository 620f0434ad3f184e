import { Type } from 'typebox';
import type { Const } from '../../ir/graph.ts';
import type { OpContext } from '../../ir/op.ts';
import type { RouteDesign } from '../../ir/ops/route/choose.ts';
import { applyRoute, type RouteAttrs, routeProblems, routeRange, routeSchema } from '../../ir/ops/route/op.ts';
import { bitLength, type ElemType, elemRange } from '../../num/elem.ts';
import { allocate, type IntTensor, numel } from '../../num/tensor.ts';
import { lanesOf } from '../axis.ts';
import { KIND_CODE } from '../channelwise.ts';
import { slotModel } from '../cycles.ts';
import { defineKernel, type KernelContext } from '../kernel.ts';
import { addCosts, memoryCost } from '../memcost.ts';
import { packWord } from '../memory.ts';
import { signedBits } from '../widths.ts';

/** `tokens` rows of logits of `experts`. */
export type RouteKernelAttrs = RouteAttrs & { readonly tokens: number; readonly experts: number };

type Ctx = OpContext<RouteKernelAttrs>;

/** Registers from a logit to the sum, as in `sluice_route.v`. */
const STAGES = 4;

const elemOf = (ctx: Ctx): ElemType => ctx.inputs[0]?.elem ?? { kind: 'int', bits: 1 };
const designOf = (ctx: Ctx): RouteDesign => ctx.attrs.design as RouteDesign;

/** Slots before the gates, and all of a token's: `sluice_route.v`. */
function slotsOf({ attrs }: Ctx): { readonly before: number; readonly perGate: number; readonly all: number } {
  const before = attrs.experts + STAGES + (attrs.renormalise ? attrs.k : 0);
  const perGate = attrs.fraction + 2;
  return { before, perGate, all: before + attrs.k * perGate };
}

interface Widths {
  readonly x: number;
  readonly mul: number;
  readonly sum: number;
  readonly den: number;
}

/** Bits of the signed type that holds a big integer. */
const bigBits = (v: bigint): number => (v < 0n ? -v - 1n : v).toString(2).length + 1;

function widthsOf(ctx: Ctx): Widths {
  const { mul, add, shift, mantissaBits } = designOf(ctx);
  const range = elemRange(elemOf(ctx));
  const ends = [range.lo, range.hi].map((x) => bigBits(BigInt(x) * BigInt(mul) + BigInt(add)));
  return {
    x: signedBits(range),
    mul: Math.max(1, bitLength(mul)),
    sum: Math.max(shift + 1, ...ends),
    den: mantissaBits + bitLength(ctx.attrs.experts) + 1,
  };
}

/** Softmax and top-k, one logit per cycle; a token's gates are divided one after the other. */
export const route = defineKernel<RouteKernelAttrs>({
  kind: 'route',
  summary: 'Softmax over the experts, the k largest and their gates, one token after the other.',
  attrs: Type.Object(
    { ...routeSchema, tokens: Type.Integer({ minimum: 1 }), experts: Type.Integer({ minimum: 1 }) },
    { additionalProperties: false },
  ),
  inputs: 1,
  outputs: () => 1,
  consts: { required: ['mantissas'], optional: [] },
  check: (ctx) => {
    const { tokens, experts } = ctx.attrs;
    const [x] = ctx.inputs;
    const problems = [...routeProblems(ctx, experts)];
    if (!ctx.attrs.design) problems.push('an ideal route has no integers: `approximate` designs them');
    if (numel(x?.shape ?? []) !== tokens * experts)
      problems.push(`an input of ${numel(x?.shape ?? [])} elements is not ${tokens} tokens of ${experts} logits`);
    if (x && lanesOf(x) !== 1) problems.push(`logits come ${lanesOf(x)} at a time, not one`);
    if (x?.elem.kind === 'bipolar') problems.push('bipolar logits are not supported');
    return problems;
  },
  shapes: ({ attrs }) => [[attrs.tokens * attrs.k]],
  bounds: ({ attrs }) => [[routeRange(attrs.experts, attrs.fraction)]],
  reference: (ctx, [x], [type]) => {
    const y = allocate(ctx.attrs.tokens * ctx.attrs.k, type?.elem ?? { kind: 'int', bits: 53 });
    applyRoute(ctx, (x as IntTensor).data, y, ctx.attrs.experts);
    return [{ shape: [y.length], data: y }];
  },
  lanes: () => [1],
  inputLanes: () => [1],
  folding: null,
  busy: (ctx) => ctx.attrs.tokens * slotsOf(ctx).all,
  cycles: (ctx) => {
    const { before, perGate, all } = slotsOf(ctx);
    const slot = (i: number) => ({
      reads: i < ctx.attrs.experts ? 1 : 0,
      writes: i >= before && (i - before) % perGate === perGate - 1,
    });
    return slotModel(all, slot, 1);
  },
  cost: (ctx: KernelContext<RouteKernelAttrs>) => {
    const { k, fraction, experts } = ctx.attrs;
    const { bits, mantissaBits, stepBits } = designOf(ctx);
    const w = widthsOf(ctx);
    const entry = w.x + mantissaBits + bits - stepBits + bitLength(experts - 1);
    const multiplier = Math.ceil(w.x / 25) * Math.ceil(w.mul / 18);
    const shifter = w.den * Math.ceil(Math.log2(w.den));
    return addCosts(memoryCost(2 ** stepBits, mantissaBits), {
      lut: w.sum + 2 * bits + 2 * shifter + 4 * w.den + k * (2 * entry + w.x) + 24,
      ff: 4 * w.x + w.sum + bits + 2 * w.den + k * (entry + 1) + fraction + 40,
      dsp: multiplier,
      bram: 0,
    });
  },
  verilog: (ctx) => {
    const { experts, k, fraction, renormalise } = ctx.attrs;
    const d = designOf(ctx);
    const w = widthsOf(ctx);
    const table = ctx.consts['mantissas'] as Const;
    return {
      module: 'sluice_route',
      files: ['sluice_mvu_extend.v', 'sluice_mvu_delay.v', 'sluice_exp.v', 'sluice_round_shift.v', 'sluice_route.v'],
      params: {
        EXPERTS: experts,
        K: k,
        FRACTION: fraction,
        RENORMALISE: renormalise ? 1 : 0,
        IN_BITS: elemOf(ctx).bits,
        IN_KIND: KIND_CODE[elemOf(ctx).kind],
        X_W: w.x,
        MUL: d.mul,
        MUL_W: w.mul,
        ADD: d.add,
        SUM_W: w.sum,
        SHIFT: d.shift,
        CODE_W: d.bits,
        STEP_BITS: d.stepBits,
        MANTISSA: d.mantissaBits,
        DEN_W: w.den,
        OUT_BITS: ctx.outputs[0]?.elem.bits ?? 1,
      },
      memories: [
        {
          param: 'TABLE',
          width: d.mantissaBits,
          words: Array.from(table.data, (m) => packWord([m], d.mantissaBits)),
        },
      ],
    };
  },
  // route<…, TOKENS, EXPERTS, K, FRACTION, RENORMALISE, MUL, MUL_W, ADD, SUM_W, SHIFT, CODE_W, STEP_BITS, DEN_W>(x, out, mantissas)
  hls: (ctx) => {
    const { tokens, experts, k, fraction, renormalise } = ctx.attrs;
    const d = designOf(ctx);
    const w = widthsOf(ctx);
    const table = ctx.consts['mantissas'] as Const;
    return {
      function: 'route',
      headers: ['elementwise.hpp', 'route.hpp'],
      args: [
        ...[tokens, experts, k, fraction, renormalise ? 1 : 0, `${d.mul}LL`, w.mul, `${d.add}LL`, w.sum, d.shift],
        ...[d.bits, d.stepBits, w.den],
      ],
      arrays: [
        {
          name: 'mantissas',
          type: `ap_uint<${d.mantissaBits}>`,
          dims: [table.data.length],
          data: table.data,
          partition: [],
        },
      ],
    };
  },
  implements: {
    op: 'route',
    attrs: (node, [x]) => {
      const experts = x?.shape.at(-1) ?? 1;
      return { ...node.attrs, tokens: numel(x?.shape ?? []) / experts, experts };
    },
  },
});
