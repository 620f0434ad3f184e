import type { Ties } from '../shift.ts';
import { type Fraction, floorDiv, fraction } from './fraction.ts';
import type { Piece, RoundPiece } from './normal.ts';
import { beginsAfter, halvesBelow } from './round.ts';

/** The commonest normal form: x → round(a·x + b). */
export interface Linear {
  readonly a: Fraction;
  readonly b: Fraction;
  readonly round: RoundPiece;
}

export function asLinear(pieces: readonly Piece[]): Linear | undefined {
  const [first, second] = pieces;
  if (pieces.length === 1 && first?.kind === 'round') return { a: fraction(1n), b: fraction(0n), round: first };
  if (pieces.length === 2 && first?.kind === 'affine' && second?.kind === 'round') return { ...first, round: second };
  return undefined;
}

/**
 * For a > 0: the smallest integers at which the levels `from`, `from + 1`, … (before the offset) begin.
 *
 * Level k begins at (k − h/2 − b) / a = N(k) / D, so N grows by a constant: one quotient and remainder are carried
 * along and no level costs a division.
 */
export function levelStarts({ a, b, round }: Linear, from: bigint, count: number): Float64Array {
  const out = new Float64Array(count);
  let done = 0;
  while (done < count) {
    const k = from + BigInt(done);
    // UP and DOWN place their levels differently on the two sides of 0.
    const length = k <= 0n && from + BigInt(count) > 1n ? Math.min(count - done, Number(1n - k)) : count - done;
    const h = halvesBelow(round.mode, k);
    const start = ((2n * k - h) * b.den - 2n * b.num) * a.den;
    const run = { start, step: 2n * b.den * a.den, den: 2n * b.den * a.num };
    fillRun(out.subarray(done, done + length), run, (i) => beginsAfter(round.mode, k + BigInt(i)));
    done += length;
  }
  return out;
}

interface Run {
  readonly start: bigint;
  readonly step: bigint;
  readonly den: bigint;
}

/** out[i] = the first integer ≥ (or, where `after`, >) (start + i·step) / den. */
function fillRun(out: Float64Array, run: Run, after: (i: number) => boolean): void {
  const { start, step, den } = withoutCommonTwos(run);
  const q0 = floorDiv(start, den);
  const q1 = step / den;
  const r0 = start - q0 * den;
  const r1 = step - q1 * den;
  if (den < 1n << 52n) fillSmall(out, [Number(q0), Number(r0)], [Number(q1), Number(r1)], Number(den), after);
  else fillBig(out, [Number(q0), r0], [Number(q1), r1], den, after);
}

function fillSmall(
  out: Float64Array,
  [q0, r0]: readonly [number, number],
  [q1, r1]: readonly [number, number],
  den: number,
  after: (i: number) => boolean,
): void {
  let q = q0;
  let r = r0;
  for (let i = 0; i < out.length; i++) {
    out[i] = r === 0 && !after(i) ? q : q + 1;
    q += q1;
    r += r1;
    if (r >= den) {
      r -= den;
      q++;
    }
  }
}

function fillBig(
  out: Float64Array,
  [q0, r0]: readonly [number, bigint],
  [q1, r1]: readonly [number, bigint],
  den: bigint,
  after: (i: number) => boolean,
): void {
  let q = q0;
  let r = r0;
  for (let i = 0; i < out.length; i++) {
    out[i] = r === 0n && !after(i) ? q : q + 1;
    q += q1;
    r += r1;
    if (r >= den) {
      r -= den;
      q++;
    }
  }
}

/** Scales from floats carry powers of two in all three numbers; without them the remainders mostly fit a double. */
function withoutCommonTwos(run: Run): Run {
  const all = run.start | run.step | run.den;
  let twos = 0n;
  while (twos < 4096n && (all & ((1n << (twos + 16n)) - 1n)) === 0n) twos += 16n;
  return { start: run.start >> twos, step: run.step >> twos, den: run.den >> twos };
}

/** y = min(max(⌊(x·mul + add) / 2^shift⌋, lo), hi), with ties as src/num/shift.ts says; null = unbounded. */
export interface ShiftForm {
  readonly mul: bigint;
  readonly add: bigint;
  readonly shift: number;
  readonly ties: Ties;
  readonly lo: bigint | null;
  readonly hi: bigint | null;
}

/**
 * The same function for all integers as multiply, add and shift, by algebra alone; undefined where a is not dyadic or a
 * tie goes another way than up or to even. This serves functions with too many levels to list, such as ReLU on accumulators.
 */
export function shiftForm({ a, b, round }: Linear): ShiftForm | undefined {
  const reduced = reduceTwos(a);
  const least = reduced.den.toString(2).length - 1;
  if (reduced.den !== 1n << BigInt(least)) return undefined;
  // A half is needed to round to nearest, unless all values are integers.
  const shift = least === 0 && halvesBelow(round.mode, 0n) === 1n && b.num % b.den !== 0n ? 1 : least;
  const one = 1n << BigInt(shift);
  // a·x + b = (mul·x + β) / 2^shift with β = b·2^shift; only ⌊β⌋ matters to a floor, since mul·x is an integer.
  const betaFloor = floorDiv(b.num * one, b.den);
  const exact = betaFloor * b.den === b.num * one;
  const form = roundingForm(round, shift, betaFloor, exact);
  if (!form) return undefined;
  const plusOffset = (v: bigint | null): bigint | null => (v === null ? null : v + round.offset);
  return {
    mul: reduced.num * (one / reduced.den),
    add: form.add + round.offset * one,
    shift,
    ties: form.ties,
    lo: plusOffset(round.lo),
    hi: plusOffset(round.hi),
  };
}

type RoundingForm = Pick<ShiftForm, 'add' | 'ties'>;

function roundingForm(round: RoundPiece, shift: number, beta: bigint, exact: boolean): RoundingForm | undefined {
  const floor = (add: bigint): RoundingForm => ({ add, ties: 'up' });
  const up = floor(beta + (1n << BigInt(shift)) - (exact ? 1n : 0n));
  const sameSide = round.lo !== null && round.lo >= 0n ? 1 : round.hi !== null && round.hi <= 0n ? -1 : 0;
  switch (round.mode) {
    case 'FLOOR':
      return floor(beta);
    case 'CEIL':
      return up;
    case 'UP':
    case 'DOWN':
      if (shift === 0 && exact) return floor(beta);
      if (sameSide === 0) return undefined;
      return (round.mode === 'UP') === (sameSide === 1) ? up : floor(beta);
    default: {
      if (shift === 0) return floor(beta);
      const half = 1n << BigInt(shift - 1);
      if (!exact) return floor(beta + half);
      // What is even before an odd offset is odd behind it.
      if (round.mode === 'ROUND') return (round.offset & 1n) === 0n ? { add: beta + half, ties: 'even' } : undefined;
      if (sameSide === 0) return undefined;
      return floor((round.mode === 'HALF_UP') === (sameSide === 1) ? beta + half : beta + half - 1n);
    }
  }
}

function reduceTwos(a: Fraction): Fraction {
  let { num, den } = a;
  if (num === 0n) return fraction(0n);
  while (((num | den) & 1n) === 0n) {
    num >>= 1n;
    den >>= 1n;
  }
  return { num, den };
}
