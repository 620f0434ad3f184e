import type { Rounding } from '../rounding.ts';
import { type Fraction, floorDiv } from './fraction.ts';

/**
 * Where rounding first gives k: at k − halves/2, that point included or (`after`) not. Every mode is a choice of these
 * two; ties are the points themselves.
 */
export const halvesBelow = (mode: Rounding, k: bigint): 0n | 1n | 2n => {
  switch (mode) {
    case 'FLOOR':
      return 0n;
    case 'CEIL':
      return 2n;
    case 'UP':
      return k > 0n ? 2n : 0n;
    case 'DOWN':
      return k > 0n ? 0n : 2n;
    default:
      return 1n;
  }
};

/** Whether the point at which k begins still rounds to k − 1. */
export const beginsAfter = (mode: Rounding, k: bigint): boolean => {
  switch (mode) {
    case 'FLOOR':
      return false;
    case 'CEIL':
      return true;
    case 'UP':
    case 'HALF_DOWN':
      return k > 0n;
    case 'DOWN':
    case 'HALF_UP':
      return k <= 0n;
    case 'ROUND':
      return (k & 1n) === 1n;
  }
};

/** The largest k that begins at or before x: the rounded value. */
export function roundFraction(x: Fraction, mode: Rounding): bigint {
  const below = floorDiv(x.num, x.den);
  if (below * x.den === x.num) return below;
  const k = below + 1n;
  const d = 2n * x.num - (2n * k - halvesBelow(mode, k)) * x.den;
  return d > 0n || (d === 0n && !beginsAfter(mode, k)) ? k : below;
}
