import { unitOf } from '../../ir/ops/softmax/weights.ts';
import { bitLength } from '../../num/elem.ts';
import type { Cost } from '../kernel.ts';
import { productCost } from '../product-cost.ts';
import { romCost, sumCost } from '../romcost.ts';
import { rowStoreCost } from '../rows.ts';
import { type SoftmaxContext, softmaxStores, softmaxWidths } from './attrs.ts';

/** A right shift by a variable amount: one multiplexer of two per bit and stage, two stages per LUT. */
const shifter = (bits: number, amount: number): number => (bits * Math.min(amount, bitLength(bits))) / 2 + bits;

export function softmaxCost(ctx: SoftmaxContext): Cost {
  const { PE, design } = ctx.attrs;
  const w = softmaxWidths(ctx);
  const { maxima, sums } = softmaxStores(ctx.attrs);
  const table = romCost(2 ** design.stepBits, w.mantissa, true);
  const product = w.mantissa + w.quotient;
  const lane = sumCost([
    productCost(w.x, w.mul),
    table,
    table,
    productCost(w.mantissa + 1, w.quotient + 1),
    {
      lut: w.sum + 3 * w.code + shifter(w.mantissa, w.octave) + shifter(product, w.n) + 3 * w.octave,
      ff: w.x + w.sum + 3 * w.code + 2 * w.mantissa + w.n + bitLength(unitOf(design)),
      dsp: 0,
      bram: 0,
    },
  ]);
  // One row of the divider: a subtraction and a choice per bit of the sum.
  const divider = {
    lut: w.quotient * w.denominator,
    ff: w.quotient * (2 * w.denominator + w.quotient),
    dsp: 0,
    bram: 0,
  };
  const online = maxima ? 0 : shifter(w.denominator, w.octave);
  const sum = {
    lut: PE * w.denominator + online + 2 * w.octave,
    ff: 2 * w.denominator + 4 * w.octave,
    dsp: 0,
    bram: 0,
  };
  return sumCost([
    ...Array.from({ length: PE }, () => lane),
    divider,
    sum,
    rowStoreCost(sums, PE * w.code, w.quotient + w.octave),
    ...(maxima ? [rowStoreCost(maxima, PE * w.code, w.octave)] : []),
  ]);
}
