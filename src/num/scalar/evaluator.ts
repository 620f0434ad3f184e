import type { Interval } from '../elem.ts';
import { shiftRight, shiftRightBig } from '../shift.ts';
import { climber } from './climber.ts';
import { evaluateExact } from './evaluate.ts';
import { asLinear, type ShiftForm, shiftForm } from './linear.ts';
import type { Piece } from './normal.ts';
import { staircase } from './staircase.ts';

/** Up to here a staircase is listed rather than calculated. */
const LISTED_STEPS = 1 << 16;
/** Up to here the values of a function without a closed form are remembered by position. */
const TABLE_ENTRIES = 1 << 20;

/** A fast exact evaluator of one channel on an interval: a search among its steps, a shift form, or remembered values. */
export function evaluator(pieces: readonly Piece[], x: Interval): (x: number) => number {
  const stairs = staircase(pieces, x, LISTED_STEPS);
  if (stairs) return climber(stairs);
  const linear = asLinear(pieces);
  const shift = linear && shiftForm(linear);
  if (shift && shift.shift < 1000) return shiftEvaluator(shift, x);
  return remembering((v) => Number(evaluateExact(pieces, v)), x);
}

/** Exact in doubles while every intermediate is an integer below 2^53; division by a power of two does not round. */
function shiftEvaluator(f: ShiftForm, x: Interval): (x: number) => number {
  const lo = f.lo === null ? Number.NEGATIVE_INFINITY : Number(f.lo);
  const hi = f.hi === null ? Number.POSITIVE_INFINITY : Number(f.hi);
  const clamp = (v: number): number => Math.min(Math.max(v, lo), hi);
  const [mul, add] = [Number(f.mul), Number(f.add)];
  const reach = Math.max(Math.abs(x.lo), Math.abs(x.hi)) * Math.abs(mul) + Math.abs(add);
  if (reach < 2 ** 52) return (v) => clamp(shiftRight(v * mul + add, f.shift, f.ties)) + 0;
  return (v) => clamp(Number(shiftRightBig(BigInt(v) * f.mul + f.add, f.shift, f.ties)));
}

function remembering(f: (x: number) => number, { lo, hi }: Interval): (x: number) => number {
  if (hi - lo < TABLE_ENTRIES) {
    const seen = new Float64Array(hi - lo + 1).fill(Number.NaN);
    return (x) => {
      const known = seen[x - lo] as number;
      if (!Number.isNaN(known)) return known;
      const y = f(x);
      seen[x - lo] = y;
      return y;
    };
  }
  const seen = new Map<number, number>();
  return (x) => {
    const known = seen.get(x);
    if (known !== undefined) return known;
    const y = f(x);
    if (seen.size < TABLE_ENTRIES) seen.set(x, y);
    return y;
  };
}

/** All values on an interval, that of x.lo first. */
export function tabulate(pieces: readonly Piece[], x: Interval): Float64Array {
  const f = evaluator(pieces, x);
  return Float64Array.from({ length: x.hi - x.lo + 1 }, (_, i) => f(x.lo + i));
}
