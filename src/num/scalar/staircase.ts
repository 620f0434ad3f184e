import type { Interval } from '../elem.ts';
import { cutBefore, direction, firstAbove } from './cut.ts';
import { evaluateExact } from './evaluate.ts';
import { asLinear, levelStarts } from './linear.ts';
import type { Piece } from './normal.ts';

/**
 * A monotone function on an interval, as the places where it steps: with u = x, or u = −x when `mirrored`,
 * f = first + #{steps ≤ u}. A step of two levels stands there twice. All numbers are exact.
 */
export interface Staircase {
  readonly mirrored: boolean;
  /** The interval of u. */
  readonly domain: Interval;
  /** f at the low end of the domain: its smallest value. */
  readonly first: number;
  /** Ascending, each in (domain.lo, domain.hi]. */
  readonly steps: Float64Array;
}

export const lastLevel = (s: Staircase): number => s.first + s.steps.length;

/** The same interval under x → −x. */
const mirror = ({ lo, hi }: Interval): Interval => ({ lo: 0 - hi, hi: 0 - lo });

/**
 * The steps of f on an interval of x, in closed form per level: undefined when f is not known to be monotone or has
 * more than `maxSteps` of them.
 */
export function staircase(pieces: readonly Piece[], x: Interval, maxSteps: number): Staircase | undefined {
  const d = direction(pieces);
  if (d === 0) return undefined;
  const mirrored = d < 0;
  const low = evaluateExact(pieces, mirrored ? x.hi : x.lo);
  const count = Number(evaluateExact(pieces, mirrored ? x.lo : x.hi) - low);
  if (count > maxSteps) return undefined;
  const domain = mirrored ? mirror(x) : x;
  return { mirrored, domain, first: Number(low), steps: stepsOf(pieces, mirrored, low, count) };
}

function stepsOf(pieces: readonly Piece[], mirrored: boolean, low: bigint, count: number): Float64Array {
  const linear = asLinear(pieces);
  if (linear && linear.a.num !== 0n) {
    const { a, round } = linear;
    const rising = mirrored ? { ...linear, a: { num: -a.num, den: a.den } } : linear;
    return levelStarts(rising, low + 1n - round.offset, count);
  }
  const steps = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const at = Number(firstAbove(cutBefore(pieces, low + 1n + BigInt(i))) ?? 0n);
    // A falling function reaches the level at the integers below the cut: x ≤ at − 1, which is u ≥ 1 − at.
    steps[i] = mirrored ? 1 - at : at;
  }
  return steps;
}

/** The staircase of a listed function (value at x.lo first); undefined when it rises and falls. */
export function staircaseOfTable(table: Float64Array, x: Interval, maxSteps: number): Staircase | undefined {
  const n = table.length;
  const ends = [table[0] as number, table[n - 1] as number] as const;
  const mirrored = ends[1] < ends[0];
  const count = Math.abs(ends[1] - ends[0]);
  if (count > maxSteps) return undefined;
  const domain = mirrored ? mirror(x) : x;
  const at = (i: number): number => table[mirrored ? n - 1 - i : i] as number;
  const steps = new Float64Array(count);
  let filled = 0;
  for (let i = 1; i < n; i++) {
    const rise = at(i) - at(i - 1);
    if (rise < 0) return undefined;
    steps.fill(domain.lo + i, filled, filled + rise);
    filled += rise;
  }
  return { mirrored, domain, first: at(0), steps };
}

/** f(x), for x in the interval. */
export function climb(s: Staircase, x: number): number {
  const u = s.mirrored ? -x : x;
  let lo = 0;
  let hi = s.steps.length;
  while (lo < hi) {
    const mid = (lo + hi) >>> 1;
    if ((s.steps[mid] as number) <= u) lo = mid + 1;
    else hi = mid;
  }
  return s.first + lo;
}
