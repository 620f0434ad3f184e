import { lastLevel, type Staircase } from '../../num/scalar/staircase.ts';
import { startsLate, type Ties } from '../../num/shift.ts';

/**
 * Which straight lines α·u + β, floored (or rounded with ties to even) and clamped to lo..hi, equal a staircase?
 *
 * At the first u of level k the line must have reached k, and one before it must not: the line runs on or above the
 * points `reach` and strictly below the points `miss`. With ties to even an odd k is reached only above k: then `reach`
 * is strict and `miss` is not. Only the hulls of these sets matter, and a slope α allows some β exactly when it lies in
 * one interval, closed only where ties are. For integers M, A and α = M/2^S one unit lies between a strict and a loose
 * bound and two between two strict ones: see fit.ts.
 */
export interface Lines extends Slopes {
  readonly reach: readonly Point[];
  readonly miss: readonly Point[];
}

/** An interval of slopes; null = no bound. */
export interface Slopes {
  readonly lo: Ratio | null;
  readonly hi: Ratio | null;
}

/** The first (or the last before it) place of level k; `late` 1 where k is only reached above k. */
export interface Point {
  readonly u: number;
  readonly k: number;
  readonly late: 0 | 1;
}

/** num / den with den > 0, itself included or not. */
export interface Ratio {
  readonly num: number;
  readonly den: number;
  readonly closed: boolean;
}

/** The lines that equal the staircase; undefined when there is none. */
export function linesOf(
  s: Staircase,
  clamp: { readonly lo: number; readonly hi: number },
  ties: Ties,
): Lines | undefined {
  const reach: [Point[], Point[]] = [[], []];
  const miss: [Point[], Point[]] = [[], []];
  const add = (hulls: [Point[], Point[]], u: number, k: number, side: 1 | -1): void => {
    const late = startsLate(ties, k);
    addToHull(hulls[late], { u, k, late }, side);
  };
  // The clamp hides the levels below lo and above hi; others must hold at the ends of the domain too.
  if (s.first > clamp.lo) add(reach, s.domain.lo, s.first, 1);
  for (let i = 0; i < s.steps.length; i++) {
    const u = s.steps[i] as number;
    const k = s.first + 1 + i;
    if (s.steps[i + 1] !== u) add(reach, u, k, 1);
    if (s.steps[i - 1] !== u) add(miss, u - 1, k, -1);
  }
  if (lastLevel(s) < clamp.hi) add(miss, s.domain.hi, lastLevel(s) + 1, -1);
  return slopeInterval(reach.flat(), miss.flat());
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
      const closed = m.late > r.late;
      if (den === 0 && num <= 0) return undefined;
      if (den > 0) hi = lower(hi, { num, den, closed });
      if (den < 0) lo = higher(lo, { num: -num, den: -den, closed });
    }
    if (isEmpty({ lo, hi })) return undefined;
  }
  return { reach, miss, lo, hi };
}

/** The slopes that all have in common; undefined when there is none. */
export function commonSlopes(all: readonly Slopes[]): Slopes | undefined {
  let lo: Ratio | null = null;
  let hi: Ratio | null = null;
  for (const l of all) {
    if (l.lo) lo = higher(lo, l.lo);
    if (l.hi) hi = lower(hi, l.hi);
  }
  return isEmpty({ lo, hi }) ? undefined : { lo, hi };
}

/** The tighter of two upper bounds. */
function lower(a: Ratio | null, b: Ratio): Ratio {
  const order = a ? compareRatios(a, b) : 1;
  return a && (order < 0 || (order === 0 && !a.closed)) ? a : b;
}

/** The tighter of two lower bounds. */
function higher(a: Ratio | null, b: Ratio): Ratio {
  const order = a ? compareRatios(a, b) : -1;
  return a && (order > 0 || (order === 0 && !a.closed)) ? a : b;
}

function isEmpty({ lo, hi }: Slopes): boolean {
  if (!lo || !hi) return false;
  const order = compareRatios(lo, hi);
  return order > 0 || (order === 0 && !(lo.closed && hi.closed));
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
export function smallestMultiplier(slopes: Slopes, shift: number): bigint | undefined {
  const { lo } = slopes;
  const one = 1n << BigInt(shift);
  let m = 0n;
  if (lo && lo.num >= 0) {
    const scaled = BigInt(lo.num) * one;
    const below = scaled / BigInt(lo.den);
    m = lo.closed && below * BigInt(lo.den) === scaled ? below : below + 1n;
  }
  return isBelowTop(slopes, m, shift) ? m : undefined;
}

/** True when M / 2^shift does not pass the upper bound. */
export function isBelowTop({ hi }: Slopes, m: bigint, shift: number): boolean {
  if (!hi) return true;
  const excess = m * BigInt(hi.den) - (BigInt(hi.num) << BigInt(shift));
  return excess < 0n || (excess === 0n && hi.closed);
}
