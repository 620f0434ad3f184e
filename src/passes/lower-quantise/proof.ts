import { lastLevel, type Staircase } from '../../num/scalar/staircase.ts';
import { startsLate } from '../../num/shift.ts';
import type { Requantisation } from './requantisation.ts';

/**
 * Proves that a requantisation equals a staircase at every integer of its domain: both are monotone, so it is enough
 * that every level begins at the same place, the clamped ends included. All levels are compared, none is sampled.
 */
export function proveRequantise(s: Staircase, r: Requantisation, channel: number): boolean {
  const mul = entry(r.mul, channel) * (s.mirrored ? -1 : 1);
  const last = lastLevel(s);
  if (mul < 0 || s.first < r.lo || last > r.hi) return false;
  const reaches = comparison(s, mul, entry(r.add, channel), r);
  for (let i = 0; i < s.steps.length; i++) {
    const u = s.steps[i] as number;
    const k = s.first + 1 + i;
    if (!reaches(u, k) || reaches(u - 1, k)) return false;
  }
  const low = s.first === r.lo || reaches(s.domain.lo, s.first);
  const high = last === r.hi || !reaches(s.domain.hi, last + 1);
  return low && high;
}

const entry = (v: readonly number[], c: number): number => v[v.length === 1 ? 0 : c] as number;

/**
 * (u, k) → is u·mul + add shifted to k or more: is it ≥ k·2^shift, or > where ties go from k to the level below? Exactly:
 * in doubles while the left side stays below 2^53 (a right side beyond it may be rounded, but not past the left).
 */
function comparison(
  s: Staircase,
  mul: number,
  add: number,
  { shift, ties }: Requantisation,
): (u: number, k: number) => boolean {
  const reach = Math.max(Math.abs(s.domain.lo), Math.abs(s.domain.hi)) * mul + Math.abs(add);
  const one = 2 ** shift;
  if (reach < 2 ** 52) return (u, k) => u * mul + add >= k * one + startsLate(ties, k);
  const [m, a, n] = [BigInt(mul), BigInt(add), BigInt(shift)];
  return (u, k) => BigInt(u) * m + a >= (BigInt(k) << n) + BigInt(startsLate(ties, k));
}
