/** Curves as integers: straight segments of one width between the entries of a table, and a ramp beside them. */
import { Type } from 'typebox';
import type { Interval } from '../../../num/elem.ts';
import type { IntArray } from '../../../num/tensor.ts';

/**
 * With `u = |x|` if `fold`, else `max(x − start, 0)`; `i = min(⌊u / 2^segment⌋, n)` of a table of n + 1 entries,
 * `t = u mod 2^segment`, and 0 for `table[n + 1] − table[n]`:
 *
 *     v = table[i] · 2^segment + (table[i + 1] − table[i]) · t
 *     y = clamp(⌊(slope · max(x, 0) + v' · 2^align + 2^(shift − 1)) / 2^shift⌋, lo, hi)
 *
 * where v' is v for `x ≥ 0` and `sign · v + one` for `x < 0`.
 */
export type CurveDesign = {
  readonly fold: boolean;
  readonly start: number;
  readonly segment: number;
  readonly slope: number;
  readonly align: number;
  readonly shift: number;
  /** What a negative x makes of v: `sign · v + one`; `one` is 0 or a power of two. */
  readonly sign: 1 | -1;
  readonly one: number;
  readonly lo: number;
  readonly hi: number;
};

const int32 = Type.Integer({ minimum: -(2 ** 31), maximum: 2 ** 31 - 1 });
const small = Type.Integer({ minimum: 0, maximum: 50 });

export const curveDesignSchema = Type.Object(
  {
    fold: Type.Boolean(),
    start: int32,
    segment: small,
    slope: Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 }),
    align: small,
    shift: small,
    sign: Type.Union([Type.Literal(1), Type.Literal(-1)]),
    one: Type.Integer({ minimum: 0 }),
    lo: int32,
    hi: int32,
  },
  { additionalProperties: false },
);

/** Half of the unit that the last shift leaves. */
const halfOf = ({ shift }: CurveDesign): number => (shift > 0 ? 2 ** (shift - 1) : 0);

/** The sum before the last shift: the value in units of 2^−shift, without the rounding half. */
export function rawCurve(d: CurveDesign, table: IntArray, x: number): number {
  const u = d.fold ? Math.abs(x) : Math.max(x - d.start, 0);
  const width = 2 ** d.segment;
  const last = table.length - 1;
  const i = Math.min(Math.floor(u / width), last);
  const from = table[i] as number;
  const v = from * width + (i < last ? ((table[i + 1] as number) - from) * (u % width) : 0);
  const side = x < 0 ? d.sign * v + d.one : v;
  return d.slope * Math.max(x, 0) + side * 2 ** d.align;
}

/** The designed curve at one integer. */
export function applyCurve(d: CurveDesign, table: IntArray, x: number): number {
  const y = Math.floor((rawCurve(d, table, x) + halfOf(d)) / 2 ** d.shift);
  return Math.min(Math.max(y, d.lo), d.hi);
}

/** Ranges of the parts of a designed curve over inputs in `x`: what a datapath must hold. */
export interface CurveRanges {
  readonly u: Interval;
  readonly table: Interval;
  readonly difference: Interval;
  readonly v: Interval;
  readonly ramp: Interval;
  /** The sum, with the rounding half. */
  readonly sum: Interval;
}

export function curveRanges(d: CurveDesign, table: IntArray, x: Interval): CurveRanges {
  const u = d.fold ? Math.max(-x.lo, x.hi, 0) : Math.max(x.hi - d.start, 0);
  const entries = rangeOf(table);
  const difference = rangeOf(differences(table));
  const v = { lo: entries.lo * 2 ** d.segment, hi: entries.hi * 2 ** d.segment };
  const other = [d.sign * v.lo + d.one, d.sign * v.hi + d.one];
  const ramp = { lo: Math.min(0, d.slope * x.hi), hi: Math.max(0, d.slope * x.hi) };
  const [one, half] = [2 ** d.align, halfOf(d)];
  return {
    u: { lo: 0, hi: u },
    table: entries,
    difference,
    v,
    ramp,
    sum: {
      lo: ramp.lo + Math.min(v.lo, ...other) * one + half,
      hi: ramp.hi + Math.max(v.hi, ...other) * one + half,
    },
  };
}

/** The rise along each segment; 0 behind the last entry. */
export const differences = (table: IntArray): number[] =>
  Array.from(table, (v, i) => (i + 1 < table.length ? (table[i + 1] as number) - v : 0));

function rangeOf(values: ArrayLike<number>): Interval {
  let [lo, hi] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    lo = Math.min(lo, values[i] as number);
    hi = Math.max(hi, values[i] as number);
  }
  return { lo, hi };
}

/** Sentences about a table, and about arithmetic that leaves what a double carries exactly. */
export function curveProblems(d: CurveDesign, table: IntArray, x: Interval): string[] {
  if (table.length === 0) return ['its table is empty'];
  const { sum, u } = curveRanges(d, table, x);
  const problems: string[] = [];
  if ((table.length - 1) * 2 ** d.segment > 2 * u.hi + 2 ** d.segment) {
    problems.push(`a table of ${table.length} entries reaches far beyond the inputs`);
  }
  if (Math.max(-sum.lo, sum.hi) >= 2 ** 52) problems.push('its sum takes more than 53 bits');
  return problems;
}
