import { stepsOf } from '../../ir/ops/attention/rota.ts';
import type { Cost, KernelContext } from '../kernel.ts';
import { anyOf } from '../mac.ts';
import { macCost } from '../mac-cost.ts';
import { addCosts, counterCost, lutMemoryCost, NO_COST } from '../memcost.ts';
import { romCost } from '../romcost.ts';
import { beatsPerStep, keyElem, queryElem, type ScoresKernelAttrs } from './attrs.ts';
import { scoreWidths } from './binding.ts';

/** Dot products as in an MVU whose weights are the queries; behind them a multiplier per slot. */
export function scoresCost(ctx: KernelContext<ScoresKernelAttrs>): Cost {
  const { slots, SIMD, mult, queries, keys, causal, heads } = ctx.attrs;
  const w = scoreWidths(ctx);
  const [q, k] = [queryElem(ctx), keyElem(ctx)];
  const bits = ctx.outputs[0]?.elem.bits ?? ctx.attrs.bits;
  const products = macCost({
    x: k,
    w: anyOf(q),
    accBits: w.dot,
    mult,
    pe: slots,
    simd: SIMD,
    depth: 1,
    bufferDepth: 0,
    lanes: SIMD,
  });
  // A slot's queries are few words: LUTs, with a register behind them.
  const words = lutMemoryCost(beatsPerStep(ctx.attrs), SIMD * q.bits, 1);
  const store = addCosts(...Array.from({ length: slots }, () => words));
  const scale: Cost = {
    lut: slots * (w.sum + w.sum - ctx.attrs.shift + bits),
    ff: slots * (2 * w.sum + bits),
    dsp: slots * Math.ceil(w.dot / 25) * Math.ceil(w.mul / 18),
    bram: 0,
  };
  const rota: Cost = { lut: (causal ? 6 : 4) * slots, ff: (causal ? 4 : 2) * slots, dsp: 0, bram: 0 };
  const counters = [keys, queries + 1, heads, beatsPerStep(ctx.attrs)].map(counterCost);
  const mask = ctx.consts['mask'] ? romCost(stepsOf(ctx.attrs), slots, true) : NO_COST;
  return addCosts(products, store, scale, rota, mask, ...counters);
}
