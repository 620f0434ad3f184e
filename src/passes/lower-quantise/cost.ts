import { elemFor, type Interval } from '../../num/elem.ts';
import { valueRange } from '../../num/tensor.ts';
import type { Requantisation } from './requantisation.ts';
import type { Subject } from './subject.ts';

/**
 * Rough sizes in six-input LUTs of one lane, only ever compared with each other: one per bit of a comparator, an adder
 * or a partial product, 64 bits of distributed memory each.
 */
const MEMORY_BITS = 64;
const LUT_INPUTS = 6;

/** Bits that the values of an interval take. */
export const bitsFor = (i: Interval): number => elemFor(i).bits;
export const bitsOf = (v: ArrayLike<number>): number => bitsFor(valueRange(v));

/** A comparator per level and the sum of their answers; thresholds that differ between channels are stored. */
export function thresholdsCost(s: Subject, levels: number): number {
  const bits = bitsFor(s.domain);
  const memory = s.channels.length > 1 ? (levels * bits * s.channels.length) / MEMORY_BITS : 0;
  return levels * (bits + 1) + memory;
}

/**
 * A constant multiplier is an adder per non-zero digit after the first; a stored one has a row per bit. Ties to even ask
 * whether all dropped bits are 0.
 */
export function requantiseCost(s: Subject, r: Requantisation): number {
  const bits = bitsFor(s.domain);
  const rows = r.mul.length > 1 ? bitsOf(r.mul) : Math.max(0, nonZeroDigits(r.mul[0] ?? 0) - 1);
  const sum = bits + bitsOf(r.mul);
  const stored =
    (r.mul.length > 1 ? r.mul.length * bitsOf(r.mul) : 0) + (r.add.length > 1 ? r.add.length * bitsOf(r.add) : 0);
  const tie = r.ties === 'even' ? r.shift / LUT_INPUTS : 0;
  return rows * bits + sum + tie + 2 * bitsFor(r) + stored / MEMORY_BITS;
}

export function tableCost(s: Subject): number {
  const entries = s.domain.hi - s.domain.lo + 1;
  return s.range ? (entries * s.channels.length * bitsFor(s.range)) / MEMORY_BITS : Number.POSITIVE_INFINITY;
}

/** Digits other than 0 in the signed-digit form of a constant. */
function nonZeroDigits(v: number): number {
  let n = BigInt(Math.abs(v));
  let count = 0;
  while (n > 0n) {
    if (n & 1n) {
      count++;
      n -= (n & 3n) === 3n ? -1n : 1n;
    }
    n >>= 1n;
  }
  return count;
}
