import { lastLevel, type Staircase } from '../../num/scalar/staircase.ts';

/**
 * Which straight lines α·u + β, floored and clamped to lo..hi, equal a staircase?
 *
 * At the first u of level k the line must have reached k, and one before it must not: the line runs on or above the
 * points `reach` and strictly below the points `miss`. Only the hulls of the two sets matter, and a slope α allows some
 * β exactly when it lies in one open interval. For integers M, A and α = M/2^S it is the same interval: the bounds on A
 * are then integers.
 */
export interface Lines {
  readonly reach: readonly Point[];
  readonly miss: readonly Point[];
  /** α > lo; null = no bound. */
  readonly lo: Ratio | null;
  /** α < hi; null = no bound. */
  readonly hi: Ratio | null;
}

export interface Point {
  readonly u: number;
  readonly k: number;
}

/** num / den with den > 0. */
export interface Ratio {
  readonly num: number;
  readonly den: number;
}

/** The lines that equal the staircase; undefined when there is none. */
export function linesOf(s: Staircase, clamp: { readonly lo: number; readonly hi: number }): Lines | undefined {
  const reach: Point[] = [];
  const miss: Point[] = [];
  // The clamp hides the levels below lo and above hi; others must hold at the ends of the domain too.
  if (s.first > clamp.lo) addToHull(reach, { u: s.domain.lo, k: s.first }, 1);
  for (let i = 0; i < s.steps.length; i++) {
    const u = s.steps[i] as number;
    const k = s.first + 1 + i;
    if (s.steps[i + 1] !== u) addToHull(reach, { u, k }, 1);
    if (s.steps[i - 1] !== u) addToHull(miss, { u: u - 1, k }, -1);
  }
  if (lastLevel(s) < clamp.hi) addToHull(miss, { u: s.domain.hi, k: lastLevel(s) + 1 }, -1);
  return slopeInterval(reach, miss);
}

/** Appends to the upper (side 1) or lower (side −1) hull of points with ascending u. */
function addToHull(hull: Point[], p: Point, side: 1 | -1): void {
  for (let n = hull.length; n >= 2; n--) {
    const a = hull[n - 2] as Point;
    const b = hull[n - 1] as Point;
    if (side * compareProducts(b.k - a.k, p.u - b.u, p.k - b.k, b.u - a.u) > 0) break;
    hull.pop();
  }
  hull.push(p);
}

function slopeInterval(reach: readonly Point[], miss: readonly Point[]): Lines | undefined {
  let lo: Ratio | null = null;
  let hi: Ratio | null = null;
  for (const r of reach) {
    for (const m of miss) {
      const den = m.u - r.u;
      const num = m.k - r.k;
      if (den === 0 && num <= 0) return undefined;
      if (den > 0 && (!hi || compareRatios({ num, den }, hi) < 0)) hi = { num, den };
      if (den < 0 && (!lo || compareRatios({ num: -num, den: -den }, lo) > 0)) lo = { num: -num, den: -den };
    }
    if (lo && hi && compareRatios(lo, hi) >= 0) return undefined;
  }
  return { reach, miss, lo, hi };
}

/** The slopes that all have in common; undefined when there is none. */
export function commonSlopes(all: readonly Lines[]): Pick<Lines, 'lo' | 'hi'> | undefined {
  let lo: Ratio | null = null;
  let hi: Ratio | null = null;
  for (const l of all) {
    if (l.lo && (!lo || compareRatios(l.lo, lo) > 0)) lo = l.lo;
    if (l.hi && (!hi || compareRatios(l.hi, hi) < 0)) hi = l.hi;
  }
  return lo && hi && compareRatios(lo, hi) >= 0 ? undefined : { lo, hi };
}

const compareRatios = (a: Ratio, b: Ratio): number => compareProducts(a.num, b.den, b.num, a.den);

/** Sign of a·b − c·d. */
function compareProducts(a: number, b: number, c: number, d: number): number {
  const [p, q] = [a * b, c * d];
  if (Number.isSafeInteger(p) && Number.isSafeInteger(q)) return p - q;
  const exact = BigInt(a) * BigInt(b) - BigInt(c) * BigInt(d);
  return exact > 0n ? 1 : exact < 0n ? -1 : 0;
}

/** The smallest M ≥ 0 with M / 2^shift inside the interval; undefined when there is none. */
export function smallestMultiplier({ lo, hi }: Pick<Lines, 'lo' | 'hi'>, shift: number): bigint | undefined {
  const one = 1n << BigInt(shift);
  let m = 0n;
  if (lo && lo.num >= 0) m = (BigInt(lo.num) * one) / BigInt(lo.den) + 1n;
  return hi && m * BigInt(hi.den) >= BigInt(hi.num) * one ? undefined : m;
}
