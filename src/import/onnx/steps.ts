import { invariant } from '../../diag/diagnostic.ts';
import type { Interval } from '../../num/elem.ts';
import {
  add,
  div,
  equals,
  format,
  isInteger,
  mul,
  neg,
  ONE,
  type Rational,
  rational,
  sign,
  ZERO,
} from '../../num/rational.ts';
import type { Rounding } from '../../num/rounding.ts';
import type { ScalarStep } from '../../num/scalar.ts';

/** Scalar steps while the importer builds them: rationals not yet text. See `num/scalar.ts` for the meaning. */
export type Step =
  | { readonly kind: 'affine'; readonly a: readonly Rational[]; readonly b: readonly Rational[] }
  | { readonly kind: 'leaky'; readonly slope: readonly Rational[] }
  | { readonly kind: 'clip'; readonly lo: Rational | null; readonly hi: Rational | null }
  | { readonly kind: 'round'; readonly mode: Rounding; readonly lo: number; readonly hi: number }
  | { readonly kind: 'sign' }
  | { readonly kind: 'count'; readonly thresholds: readonly (readonly Rational[])[] }
  | { readonly kind: 'function'; readonly name: string };

export type Affine = Extract<Step, { kind: 'affine' }>;
export type Steps = readonly Step[];

export const identity: Affine = { kind: 'affine', a: [ONE], b: [ZERO] };

/** One entry where all are equal. */
const collapse = (v: readonly Rational[]): readonly Rational[] =>
  v.length > 1 && v.every((x) => equals(x, v[0] as Rational)) ? v.slice(0, 1) : v;

const at = <T>(v: readonly T[], i: number): T => (v.length === 1 ? v[0] : v[i]) as T;

/** Combines two per-tensor or per-channel vectors entry by entry. */
export function zipRationals(
  a: readonly Rational[],
  b: readonly Rational[],
  f: (x: Rational, y: Rational) => Rational,
): readonly Rational[] {
  invariant(a.length === b.length || a.length === 1 || b.length === 1, `vectors of ${a.length} and ${b.length}`);
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => f(at(a, i), at(b, i)));
}

export const affine = (a: readonly Rational[], b: readonly Rational[]): Affine => ({
  kind: 'affine',
  a: collapse(a),
  b: collapse(b),
});

/** Appends a step; neighbouring affines become one. */
export function append(steps: Steps, next: Step): Steps {
  const last = steps[steps.length - 1];
  if (next.kind !== 'affine') return [...steps, next];
  if (last?.kind !== 'affine') return isIdentity(next) ? steps : [...steps, next];
  return append(steps.slice(0, -1), compose(last, next));
}

/** `outer` after `inner`. */
export function compose(inner: Affine, outer: Affine): Affine {
  return affine(zipRationals(outer.a, inner.a, mul), zipRationals(zipRationals(outer.a, inner.b, mul), outer.b, add));
}

export const isIdentity = (s: Affine): boolean => s.a.every((x) => equals(x, ONE)) && s.b.every((x) => sign(x) === 0);

export const sameSteps = (a: Steps, b: Steps): boolean =>
  a.length === b.length && JSON.stringify(a.map(toScalarStep)) === JSON.stringify(b.map(toScalarStep));

const makesIntegers = (s: Step): boolean => s.kind === 'round' || s.kind === 'sign' || s.kind === 'count';

/** Index of the last step that makes integers of reals, −1 if there is none. */
export function lastRounding(steps: Steps): number {
  let last = -1;
  steps.forEach((s, i) => {
    if (makesIntegers(s)) last = i;
  });
  return last;
}

/** Steps that give integers, and the affine map from these integers to the real values. */
export interface LinearForm {
  readonly head: Steps;
  readonly tail: Affine;
}

/**
 * Splits steps into an integer-valued head and an affine tail, exactly; a sentence why not, where that is impossible.
 *
 * Up to the last rounding the steps stay as they are. After it, ReLUs and clips act on a grid a·n + b: they become
 * integer steps where their corners lie on the grid.
 */
export function linearForm(steps: Steps): LinearForm | string {
  const last = lastRounding(steps);
  let head: Steps = steps.slice(0, last + 1);
  let tail = identity;
  for (const s of steps.slice(last + 1)) {
    if (s.kind === 'affine') {
      tail = compose(tail, s);
      continue;
    }
    if (s.kind === 'function') return `no quantiser follows the ${s.name} before it`;
    if (s.kind !== 'leaky' && s.kind !== 'clip') return 'what comes before gives real numbers';
    const onGrid = toGrid(s, tail);
    if (typeof onGrid === 'string') return onGrid;
    for (const g of onGrid.head) head = append(head, g);
    tail = onGrid.tail;
  }
  return { head, tail };
}

/** max or min of a·n + b as an integer function of n, times a. */
function toGrid(s: Extract<Step, { kind: 'leaky' | 'clip' }>, tail: Affine): LinearForm | string {
  const shift = zipRationals(tail.b, tail.a, (b, a) => (sign(a) === 0 ? ZERO : div(b, a)));
  if (!shift.every(isInteger))
    return 'its offset is no multiple of its scale, and a non-linear step follows without a quantiser';
  if (tail.a.some((a) => sign(a) <= 0))
    return 'its scale is not positive, and a non-linear step follows without a quantiser';
  const grid: Affine = affine([ONE], shift);
  if (s.kind === 'leaky') {
    if (!s.slope.every(isInteger)) return 'no quantiser follows the leaky ReLU before it';
    return { head: [grid, s], tail: affine(tail.a, [ZERO]) };
  }
  const scale = tail.a.length === 1 ? (tail.a[0] as Rational) : undefined;
  if (!scale) return 'a clip follows per-channel scales without a quantiser';
  const lo = s.lo && div(s.lo, scale);
  const hi = s.hi && div(s.hi, scale);
  if ((lo && !isInteger(lo)) || (hi && !isInteger(hi)))
    return 'no quantiser follows the clip before it, whose bounds lie between two codes';
  return { head: [grid, { kind: 'clip', lo, hi }], tail: affine(tail.a, [ZERO]) };
}

/** The integers that steps can give, from those that go in (undefined: any real). All channels together. */
export function integerRange(steps: Steps, from: Interval | undefined): Interval | undefined {
  let r = from;
  for (const s of steps) {
    switch (s.kind) {
      case 'round':
        r = { lo: s.lo, hi: s.hi };
        break;
      case 'sign':
        r = { lo: -1, hi: 1 };
        break;
      case 'count':
        r = { lo: 0, hi: s.thresholds[0]?.length ?? 0 };
        break;
      case 'affine':
        r = r && affineRange(s, r);
        break;
      case 'leaky':
        r = r && leakyRange(s, r);
        break;
      case 'clip':
        r = r && clipRange(s, r);
        break;
      case 'function':
        r = undefined;
    }
  }
  return r;
}

const toInt = (x: Rational): number => Number(x.num / x.den);

function affineRange(s: Affine, r: Interval): Interval {
  const ends = [r.lo, r.hi].flatMap((v) => zipRationals(s.a, s.b, (a, b) => add(mul(a, rational(BigInt(v))), b)));
  return { lo: Math.min(...ends.map(toInt)), hi: Math.max(...ends.map(toInt)) };
}

function leakyRange(s: Extract<Step, { kind: 'leaky' }>, r: Interval): Interval {
  const inside = [r.lo, r.hi, ...(r.lo < 0 && r.hi > 0 ? [0] : [])];
  const values = inside.flatMap((v) => (v < 0 ? s.slope.map((k) => toInt(mul(k, rational(BigInt(v))))) : [v]));
  return { lo: Math.min(...values), hi: Math.max(...values) };
}

function clipRange(s: Extract<Step, { kind: 'clip' }>, r: Interval): Interval {
  const limit = (v: number): number =>
    Math.min(Math.max(v, s.lo ? toInt(s.lo) : v), s.hi ? toInt(s.hi) : Number.POSITIVE_INFINITY);
  return { lo: limit(r.lo), hi: limit(r.hi) };
}

/** +1, −1 or 0: increasing, decreasing, or (of some channel) neither known. Constants count as increasing. */
export function direction(steps: Steps): 1 | -1 | 0 {
  let d: 1 | -1 = 1;
  for (const s of steps) {
    if (s.kind === 'function') return 0;
    if (s.kind === 'leaky' && s.slope.some((x) => sign(x) < 0)) return 0;
    if (s.kind !== 'affine') continue;
    if (s.a.every((x) => sign(x) >= 0)) continue;
    if (s.a.some((x) => sign(x) > 0)) return 0;
    d = d === 1 ? -1 : 1;
  }
  return d;
}

export function toScalarStep(s: Step): ScalarStep {
  switch (s.kind) {
    case 'affine':
      return { kind: 'affine', a: s.a.map(format), b: s.b.map(format) };
    case 'leaky':
      return { kind: 'leaky', slope: s.slope.map(format) };
    case 'clip':
      return { kind: 'clip', lo: s.lo && format(s.lo), hi: s.hi && format(s.hi) };
    case 'count':
      return { kind: 'count', thresholds: s.thresholds.map((row) => row.map(format)) };
    default:
      return s;
  }
}

export const scaleBy = (a: readonly Rational[]): Affine => affine(a, [ZERO]);
export const shiftBy = (b: readonly Rational[]): Affine => affine([ONE], b);
export const negate: Affine = affine([neg(ONE)], [ZERO]);
