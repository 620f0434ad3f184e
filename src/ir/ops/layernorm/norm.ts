/** Layer normalisation as integers. */
import { Type } from 'typebox';
import type { Interval } from '../../../num/elem.ts';
import { roundShift } from '../../../num/round-shift.ts';
import type { IntArray } from '../../../num/tensor.ts';
import { rowMoments } from './moments.ts';
import { designRoot, inverseRoot, type RootWidths, rootError, rootTable } from './root.ts';

/**
 * Of a row of C elements, with S = Σx (0 if not `center`): `w = (C·Σx² − S²)·2^guard + epsilon`, `(r, e)` the reciprocal
 * root of w, and for each element `y = clamp(round((C·x − S) · r / 2^(shift + e)), −limit, limit)`, ties up. w = 0 gives 0.
 * `shift` is result − fraction − guard/2; guard is even.
 */
export type NormDesign = RootWidths & {
  readonly center: boolean;
  readonly guard: number;
  readonly epsilon: number;
  readonly shift: number;
  readonly limit: number;
};

const small = Type.Integer({ minimum: 0, maximum: 60 });

export const normDesignSchema = Type.Object(
  {
    center: Type.Boolean(),
    index: Type.Integer({ minimum: 3, maximum: 16 }),
    guess: small,
    argument: small,
    result: small,
    guard: small,
    epsilon: Type.Integer({ minimum: 0 }),
    shift: small,
    limit: Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 }),
  },
  { additionalProperties: false },
);

/** Normalises the row of C elements from `from` on. */
export function applyNorm(d: NormDesign, table: IntArray, x: IntArray, y: IntArray, from: number, C: number): void {
  const { sum, spread } = rowMoments(x, from, C, d.center);
  const w = (spread << BigInt(d.guard)) + BigInt(d.epsilon);
  const { r, e } = w > 0n ? inverseRoot(w, d, table) : { r: 0, e: 0 };
  for (let i = from; i < from + C; i++) {
    const v = roundShift((C * (x[i] as number) - sum) * r, d.shift + e);
    y[i] = Math.min(Math.max(v, -d.limit), d.limit);
  }
}

/** Ranges of the parts over inputs in `x`: what a datapath must hold. */
export function normRanges(d: NormDesign, C: number, x: Interval) {
  const largest = Math.max(-x.lo, x.hi);
  const spread = BigInt(C) * BigInt(C) * BigInt(largest) ** 2n;
  const deviation = d.center ? C * (x.hi - x.lo) : C * largest;
  return {
    sum: { lo: Math.min(0, C * x.lo), hi: Math.max(0, C * x.hi) },
    squares: { lo: 0, hi: C * largest ** 2 },
    /** C·x − S. */
    deviation: { lo: -deviation, hi: deviation },
    /** Bits of w. */
    argument: ((spread << BigInt(d.guard)) + BigInt(d.epsilon)).toString(2).length,
  };
}

/** Sentences about widths that do not fit each other. */
export function normProblems(d: NormDesign, table: IntArray, C: number, x: Interval): string[] {
  const problems: string[] = [];
  if (table.length !== 3 * 2 ** (d.index - 2))
    problems.push(`its table has ${table.length} entries, not 3·2^${d.index - 2}`);
  if (d.argument < d.index) problems.push(`an argument of ${d.argument} bits has no ${d.index} upper ones`);
  if (d.argument - 2 + 2 * d.guess < d.result + 2) problems.push(`result=${d.result} has more bits than are computed`);
  if (d.guard % 2 !== 0) problems.push(`guard=${d.guard} is odd`);
  if (d.argument > 26 || d.result > 26) problems.push('its root takes more than 26 bits');
  if (table.some((a) => a < 1 || a > 2 ** d.guess)) problems.push('its table has values that are not between 0 and 1');
  if (normRanges(d, C, x).deviation.hi * 2 ** (d.result + 1) >= 2 ** 52)
    problems.push('its products take more than 53 bits');
  return problems;
}

export interface NormTask {
  readonly C: number;
  readonly scale: number;
  readonly epsilon: number;
  readonly fraction: number;
  readonly center: boolean;
  readonly limit: number;
}

/** Part of the bound that the rounding of epsilon may use. */
const EPSILON_PART = 1 / 8;
/** Fraction bits of epsilon are not worth more than this. */
const MAX_GUARD = 20;

export function designNorm(
  t: NormTask,
  lsb: number,
): { readonly design: NormDesign; readonly table: Int32Array } | undefined {
  const exact = (t.C * t.C * t.epsilon) / (t.scale * t.scale);
  // The smallest argument that is not 0: one element is a unit away from all others.
  const least = Math.max(1, t.center ? t.C - 1 : t.C);
  let guard = 0;
  const off = (): number =>
    Math.abs(exact * 2 ** guard - Math.round(exact * 2 ** guard)) / (2 * (least + exact) * 2 ** guard);
  while (off() * t.limit > EPSILON_PART * lsb && guard < MAX_GUARD) guard += 2;
  const epsilon = Math.round(exact * 2 ** guard);
  if (!Number.isSafeInteger(epsilon)) return undefined;
  const found = designRoot(((1 - EPSILON_PART) * lsb) / Math.max(1, t.limit));
  const result = Math.max(found.result, t.fraction + guard / 2);
  const widths = { ...found, result, argument: Math.max(found.argument, result + 2) };
  const table = rootTable(widths);
  if (rootError(widths, table) * t.limit > lsb || result > 26) return undefined;
  const shift = result - t.fraction - guard / 2;
  return { design: { center: t.center, ...widths, guard, epsilon, shift, limit: t.limit }, table };
}
