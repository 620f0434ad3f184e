/** What stands between the two products of an expert, as one requantisation and one table: exact, or not at all. */
import type { Interval } from '../../num/elem.ts';
import { tabulate } from '../../num/scalar/evaluator.ts';
import { toDouble } from '../../num/scalar/fraction.ts';
import { asLinear, type Linear, type ShiftForm, shiftForm } from '../../num/scalar/linear.ts';
import { normalForm, type Piece } from '../../num/scalar/normal.ts';
import { staircase } from '../../num/scalar/staircase.ts';
import type { ScalarSteps } from '../../num/scalar.ts';
import type { Ties } from '../../num/shift.ts';

export interface Requantisation {
  /** One entry per channel. */
  readonly mul: readonly number[];
  readonly add: readonly number[];
  readonly shift: number;
  readonly ties: Ties;
  readonly lo: number;
  readonly hi: number;
}

/** Levels of a requantisation at most: entries of the table behind it. */
const MOST_LEVELS = 2 ** 16;
const SHIFTS = Array.from({ length: 20 }, (_, i) => 10 + 2 * i);

/**
 * Steps up to a rounding, on accumulators of known range, as multiply, add and shift for all channels. By algebra where
 * the scales are dyadic; else the smallest shift for which every step of every channel lies where the function's does.
 */
export function requantisationOf(steps: ScalarSteps, ranges: readonly Interval[]): Requantisation | string {
  const pieces = ranges.map((_, c) => normalForm(steps, c));
  const linear = pieces.map(asLinear);
  const [first] = linear;
  if (!first || linear.some((l) => !l || l.a.num <= 0n)) return 'it is no rounding of a rising line';
  const lo = Number(first.round.lo) + Number(first.round.offset);
  const hi = Number(first.round.hi) + Number(first.round.offset);
  if (first.round.lo === null || first.round.hi === null || hi - lo >= MOST_LEVELS) return 'it has no bounds';
  const forms = linear.map((l) => shiftForm(l as Linear));
  if (forms.every((f) => f !== undefined)) return { ...joined(forms as ShiftForm[]), lo, hi };
  for (const shift of SHIFTS) {
    const mul = linear.map((l) => Math.round(toDouble((l as Linear).a) * 2 ** shift));
    const add = linear.map((l) => Math.floor((toDouble((l as Linear).b) + 0.5) * 2 ** shift));
    const candidate = { mul, add, shift, ties: 'up' as const, lo, hi };
    if (
      add.every((x) => Math.abs(x) < 2 ** 52) &&
      pieces.every((p, c) => agrees(candidate, c, p, ranges[c] as Interval))
    )
      return candidate;
  }
  return 'no multiplier of 52 bits gives its integers';
}

/** Forms of several channels under one shift. A tie in one channel must not look like one in another. */
function joined(forms: readonly ShiftForm[]): Pick<Requantisation, 'mul' | 'add' | 'shift' | 'ties'> {
  const even = forms.some((f) => f.ties === 'even');
  const mixed = even && forms.some((f) => f.ties === 'up');
  const shift = Math.max(...forms.map((f) => f.shift)) + (mixed ? 1 : 0);
  const raised = (v: bigint, f: ShiftForm): bigint => v << BigInt(shift - f.shift);
  return {
    mul: forms.map((f) => Number(raised(f.mul, f))),
    // The added unit lies below every bit that counts: dropped bits of such a channel are never all zero.
    add: forms.map((f) => Number(raised(f.add, f)) + (mixed && f.ties === 'up' ? 1 : 0)),
    shift,
    ties: even ? 'even' : 'up',
  };
}

/** All steps of one channel are those of the function. */
function agrees(
  { mul, add, shift, lo, hi }: Requantisation,
  c: number,
  pieces: readonly Piece[],
  x: Interval,
): boolean {
  const stairs = staircase(pieces, x, MOST_LEVELS);
  if (!stairs || stairs.mirrored) return false;
  const [m, b] = [mul[c] as number, add[c] as number];
  const at = (v: number): number => Math.min(Math.max(Math.floor((v * m + b) / 2 ** shift), lo), hi);
  if (at(x.lo) !== stairs.first) return false;
  return stairs.steps.every((s, i) => at(s) >= stairs.first + i + 1 && at(s - 1) < stairs.first + i + 1);
}

/** Values of steps that are the same for all channels, on the codes from lo to hi. */
export const tableOf = (steps: ScalarSteps, { lo, hi }: Interval): Int32Array =>
  Int32Array.from(tabulate(normalForm(steps, 0), { lo, hi }));
