import { ceil, floor, isInteger, type Rational, rational, sub } from './rational.ts';

/** Rounding modes under QONNX's names; `ROUND` is half to even. */
export const ROUNDINGS = ['ROUND', 'CEIL', 'FLOOR', 'UP', 'DOWN', 'HALF_UP', 'HALF_DOWN'] as const;
export type Rounding = (typeof ROUNDINGS)[number];

const HALF = rational(1n, 2n);

/** Rounds an exact real. UP is away from zero, DOWN towards zero; HALF_* say where a tie goes (away, towards zero). */
export function roundRational(x: Rational, mode: Rounding): bigint {
  if (isInteger(x)) return x.num;
  const negative = x.num < 0n;
  switch (mode) {
    case 'FLOOR':
      return floor(x);
    case 'CEIL':
      return ceil(x);
    case 'UP':
      return negative ? floor(x) : ceil(x);
    case 'DOWN':
      return negative ? ceil(x) : floor(x);
    default:
      return roundToNearest(x, mode);
  }
}

function roundToNearest(x: Rational, mode: 'ROUND' | 'HALF_UP' | 'HALF_DOWN'): bigint {
  const below = floor(x);
  const rest = sub(x, rational(below));
  const order = rest.num * HALF.den - HALF.num * rest.den;
  if (order !== 0n) return order < 0n ? below : below + 1n;
  if (mode === 'ROUND') return below % 2n === 0n ? below : below + 1n;
  const awayFromZero = x.num < 0n ? below : below + 1n;
  const towardsZero = x.num < 0n ? below + 1n : below;
  return mode === 'HALF_UP' ? awayFromZero : towardsZero;
}

/** The same on doubles, for host arithmetic. */
export function roundNumber(x: number, mode: Rounding): number {
  switch (mode) {
    case 'FLOOR':
      return Math.floor(x);
    case 'CEIL':
      return Math.ceil(x);
    case 'UP':
      return x < 0 ? Math.floor(x) : Math.ceil(x);
    case 'DOWN':
      return Math.trunc(x);
    default: {
      const below = Math.floor(x);
      const rest = x - below;
      if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
      if (mode === 'ROUND') return below % 2 === 0 ? below : below + 1;
      return (mode === 'HALF_UP') === x < 0 ? below : below + 1;
    }
  }
}

/** The integer nearest to a double, ties upwards. */
export function halfUp(v: number): number {
  const below = Math.floor(v);
  // The sum with 0 makes a plain zero of a negative one.
  return v - below >= 0.5 ? below + 1 : below + 0;
}
