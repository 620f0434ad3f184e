/** Rows of values weighed by the codes of the queries that are in the slots, divided once per row. */
import { bitLength, type ElemType, elemRange, type Interval } from '../../../num/elem.ts';
import type { IntArray } from '../../../num/tensor.ts';
import { endsAt, type Rota, startsAt } from '../attention/rota.ts';
import { OnlineSum, reciprocal } from '../exponential.ts';

export interface Weighing extends Rota {
  readonly heads: number;
  /** Elements of one head of a value. */
  readonly width: number;
  readonly stepBits: number;
  /** Mantissas of one octave. */
  readonly table: IntArray;
  /** A row is divided by its sum of weights D as a product with `floor(2^reciprocalBits / D)`. */
  readonly reciprocalBits: number;
  /** The result is 2^fraction times a weighted mean of values … */
  readonly fraction: number;
  /** … kept within what such a mean can be. */
  readonly range: Interval;
}

/** 2^fraction times any mean of values of a type, or of none: 0. */
export function meanRange(v: ElemType, fraction: number): Interval {
  const { lo, hi } = elemRange(v);
  return { lo: Math.min(0, lo * 2 ** fraction), hi: Math.max(0, hi * 2 ** fraction) };
}

/** Keys that the sums have room for whatever the length: on-chip memory does not grow with it up to here. */
const ROOM = 4096;

/** Largest sum of weights, each of at most `2^mantissaBits − 1`. */
export const largestSum = (keys: number, mantissaBits: number): number =>
  Math.max(keys, ROOM) * (2 ** mantissaBits - 1);

/** Bits of the sum of weights. */
export const sumBits = (keys: number, mantissaBits: number): number => bitLength(largestSum(keys, mantissaBits));

/** The mean from the sums, at the precision of the output. */
function meanOf({ reciprocalBits, fraction, range }: Weighing, numerator: number, r: number): number {
  const shift = reciprocalBits - fraction;
  const y = Math.floor((numerator * r + 2 ** (shift - 1)) / 2 ** shift);
  return Math.min(range.hi, Math.max(range.lo, y));
}

/** `codes` `[steps, heads, slots]` and `v` `[steps, heads · width]` → `y` `[queries, heads · width]`. */
export function weigh(w: Weighing, codes: IntArray, v: IntArray, y: IntArray): void {
  const { heads, width, slots } = w;
  const row = heads * width;
  const sums = Array.from({ length: slots * heads }, () => new OnlineSum(width, w.stepBits, w.table));
  const steps = v.length / row;
  let query = 0;
  for (let step = 0; step < steps; step++) {
    const starts = startsAt(w, step) >= 0 ? step % w.keys : -1;
    const ends = endsAt(w, step);
    for (let h = 0; h < heads; h++) {
      for (let slot = 0; slot < slots; slot++) {
        const sum = sums[slot * heads + h] as OnlineSum;
        if (slot === starts) sum.clear();
        sum.add(codes[(step * heads + h) * slots + slot] as number, v, step * row + h * width);
        if (slot === ends) finish(w, sum, y, query * row + h * width);
      }
    }
    if (ends >= 0) query++;
  }
}

/** Writes one head of a row. */
export function finish(w: Weighing, sum: OnlineSum, y: IntArray, at: number): void {
  const r = reciprocal(sum.denominator, w.reciprocalBits);
  sum.numerators.forEach((a, i) => {
    y[at + i] = meanOf(w, a, r);
  });
}
