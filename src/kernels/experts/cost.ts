import { bitLength } from '../../num/elem.ts';
import { beatBits } from '../axis.ts';
import type { Cost, KernelContext } from '../kernel.ts';
import { macCost } from '../mac-cost.ts';
import { addCosts, memoryCost } from '../memcost.ts';
import { type Ctx, type ExpertsKernelAttrs, foldsOf, layoutOf, mixture, widthsOf } from './sizes.ts';

/** Slots of hidden vectors between the two products, as in `sluice_experts_up.v`. */
const HIDDEN_SLOTS = 4;

/** A store of two banks: one memory per beat of a word. */
function storeCost(words: number, bits: number, beat: number): Cost {
  const slices = Array.from({ length: Math.ceil(bits / beat) }, (_, i) =>
    memoryCost(2 * words, Math.min(beat, bits - i * beat)),
  );
  return addCosts(...slices);
}

/** Estimated from the structure of the Verilog; queues and control by their registers. */
export function expertsCost(ctx: KernelContext<ExpertsKernelAttrs>): Cost {
  const { tokens, k, PE, SIMD, beat, mult, fraction } = ctx.attrs;
  const { experts, folds, rows } = foldsOf(ctx);
  const m = mixture(ctx);
  const w = widthsOf(ctx);
  const { up, down } = layoutOf(ctx);
  const x = ctx.inputs[0];
  const shared = { mult, depth: 1, bufferDepth: 0 } as const;
  const xElem = x?.elem ?? { kind: 'int', bits: 1 };
  const products = [
    macCost({ ...shared, x: xElem, w: m.up, accBits: w.up.acc, pe: PE, simd: SIMD, lanes: SIMD }),
    macCost({ ...shared, x: w.hidden, w: m.down, accBits: w.down.acc, pe: SIMD, simd: PE, lanes: PE }),
  ];
  const regions = [...up.regions, ...down.regions].filter((r) => r.words > 0);
  const index = bitLength(tokens * k * 2 - 1);
  const sums = ctx.outputs[0] ? beatBits(ctx.outputs[0]) : 1;
  return addCosts(
    ...products,
    ...regions.map((r) => storeCost(r.words, r.bits, beat)),
    memoryCost(2 * tokens * rows, x ? beatBits(x) : 1),
    memoryCost(HIDDEN_SLOTS * folds, PE * w.hidden.bits),
    memoryCost(tokens * rows, sums),
    memoryCost(tokens * rows, sums),
    memoryCost(2 * tokens * k, bitLength(tokens) + fraction + 1),
    memoryCost(2 * tokens * k, index),
    { lut: 4 * index * Math.ceil(experts / 32), ff: 0, dsp: 0, bram: 0 },
    scaleCost(ctx),
    gateCost(ctx),
    { lut: 6 * experts + 4 * tokens + 160, ff: 4 * experts + 2 * tokens + 260, dsp: 0, bram: 0 },
  );
}

/** Requantisation and activation of PE hidden channels. */
function scaleCost(ctx: Ctx): Cost {
  const w = widthsOf(ctx);
  const { PE } = ctx.attrs;
  const { table, shift } = mixture(ctx);
  const multipliers = Math.ceil(w.up.acc / 25) * Math.ceil(w.mul / 18);
  const lane = { lut: 2 * w.sum - shift, ff: w.up.acc + w.sum + w.code + w.add, dsp: multipliers, bram: 0 };
  const rom = table ? memoryCost(table.data.length, w.hidden.bits) : { lut: 0, ff: 0, dsp: 0, bram: 0 };
  return addCosts(...Array.from({ length: PE }, () => addCosts(lane, rom)));
}

/** Bias, gate and accumulation of SIMD channels. */
function gateCost(ctx: Ctx): Cost {
  const w = widthsOf(ctx);
  const { SIMD, fraction } = ctx.attrs;
  const product = w.biased + fraction + 2;
  const lane = {
    lut: w.biased + product,
    ff: w.down.acc + w.biased + 2 * product,
    dsp: Math.ceil(w.biased / 25) * Math.ceil((fraction + 2) / 18),
    bram: 0,
  };
  return addCosts(...Array.from({ length: SIMD }, () => lane));
}
