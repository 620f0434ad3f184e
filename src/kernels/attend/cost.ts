import { uint } from '../../num/elem.ts';
import type { Cost, KernelContext } from '../kernel.ts';
import { boothLuts } from '../mac.ts';
import { addCosts, counterCost, lutMemoryCost, memoryCost } from '../memcost.ts';
import { romCost } from '../romcost.ts';
import {
  type AttendKernelAttrs,
  attendDsp,
  attendWidths,
  beatsPerStep,
  codeElem,
  tableOf,
  valueElem,
} from './attrs.ts';

/** A shifter of `bits` by up to 2^n places, a rounding adder behind it. */
const shifter = (bits: number, n: number): number => (bits * n) / 2 + bits;

const times = (c: Cost, n: number): Cost => ({ lut: n * c.lut, ff: n * c.ff, dsp: n * c.dsp, bram: n * c.bram });

/** Slots (exponential, octave, weight, sums), the division, and the results, from the structure of the Verilog. */
export function attendCost(ctx: KernelContext<AttendKernelAttrs>): Cost {
  const { slots, SIMD, heads, keys, queries, stepBits } = ctx.attrs;
  const w = attendWidths(ctx);
  const v = valueElem(ctx);
  const octave = codeElem(ctx).bits - stepBits;
  const dsp = attendDsp(ctx);
  const product = w.mantissa + v.bits + 1;
  const beats = beatsPerStep(ctx.attrs);
  const lane: Cost = {
    lut: (dsp ? 0 : boothLuts(v, uint(w.mantissa))) + shifter(w.acc, octave) + w.acc,
    ff: product,
    dsp: dsp ? 1 : 0,
    bram: 0,
  };
  const slot = addCosts(
    times(lane, SIMD),
    lutMemoryCost(beats, SIMD * w.acc, 2),
    lutMemoryCost(heads, w.den, 2),
    lutMemoryCost(heads, octave + 1, 1),
    romCost(tableOf(ctx).data.length, w.mantissa, true),
    {
      lut: 4 * octave + shifter(w.mantissa, octave) + shifter(w.den, octave) + w.den + SIMD * w.acc,
      ff: codeElem(ctx).bits + 2 * w.mantissa + 5 * octave + 6,
      dsp: 0,
      bram: 0,
    },
  );
  const division: Cost = { lut: w.quotient * w.den, ff: w.quotient * (2 * w.den + w.quotient / 2), dsp: 0, bram: 0 };
  const mean: Cost = {
    lut: 3 * w.acc,
    ff: w.acc + w.quotient + v.bits,
    dsp: Math.ceil(w.acc / 25) * Math.ceil(w.quotient / 17),
    bram: 0,
  };
  const waits = addCosts(memoryCost(w.quotient, SIMD * w.acc), {
    lut: 0,
    ff: SIMD * (w.acc + 4 * v.bits),
    dsp: 0,
    bram: 0,
  });
  const rota: Cost = { lut: 4 * slots, ff: 2 * slots + 7 * slots, dsp: 0, bram: 0 };
  const counters = [keys, queries + 1, heads, beats].map(counterCost);
  return addCosts(times(slot, slots), division, times(mean, SIMD), waits, rota, ...counters);
}
