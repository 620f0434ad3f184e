/** Real functions of exact integers, whose ops wait for the quantiser behind them. */
import { equals, isInteger, ONE, type Rational, rational, toNumber } from '../../num/rational.ts';
import { type Affine, append, identity, isIdentity, lastRounding, type Steps, scaleBy } from './steps.ts';
import type { Origin, RealBase, Stream, Value } from './values.ts';
import type { View } from './view.ts';

/** Bits by which a real result is finer than the quantiser behind it, where they do not share a grid. */
const GUARD_BITS = 8;

/** Fraction bits where no scale says how many it takes. */
const PLAIN_FRACTION = 16;
const MOST_FRACTION = 30;

/** 2^k. */
export const powerOfTwo = (k: number): Rational =>
  k >= 0 ? rational(1n << BigInt(k)) : rational(1n, 1n << BigInt(-k));

/** k where x = 2^k. */
export function exponentOf(x: Rational): number | undefined {
  const k = Math.round(Math.log2(toNumber(x)));
  return Number.isFinite(k) && equals(x, powerOfTwo(k)) ? k : undefined;
}

/**
 * Fraction bits that a real result needs before steps that end in a rounding. A quantiser whose scale is a power of two
 * rounds the result itself: they share the grid, and nothing is rounded twice. Before any other the grid is finer, so that
 * the second rounding differs from a single one only within 2^-{@link GUARD_BITS} of a unit around its ties.
 */
export function fractionFor(head: Steps): number {
  const first = head[0]?.kind === 'affine' ? head[0] : identity;
  const round = head[head[0]?.kind === 'affine' ? 1 : 0];
  const exact = first.a.length === 1 && first.b.length === 1 && isInteger(first.b[0] ?? ONE);
  const shared = exact ? exponentOf(first.a[0] ?? ONE) : undefined;
  const nearest = round?.kind === 'round' && (round.mode === 'ROUND' || round.mode === 'HALF_UP');
  if (nearest && shared !== undefined && shared >= 1) return Math.min(shared, MOST_FRACTION);
  let gain = 1;
  for (const step of head) {
    if (step.kind === 'round' || step.kind === 'sign') break;
    if (step.kind === 'count') return PLAIN_FRACTION;
    if (step.kind === 'affine') gain *= Math.max(...step.a.map((x) => Math.abs(toNumber(x))));
  }
  if (!(gain > 0)) return PLAIN_FRACTION;
  return Math.min(MOST_FRACTION, Math.max(1, Math.ceil(Math.log2(gain)) + GUARD_BITS));
}

/** What made the results, in a word. */
export const nameOf = ({ of }: RealBase): string => (of.kind === 'function' ? of.name : of.kind);

/** Steps on integers that count in 2^-fraction. */
export function inUnits(fraction: number, steps: Steps): Steps {
  const all = steps.reduce<Steps>((before, step) => append(before, step), [scaleBy([powerOfTwo(-fraction)])]);
  const [first] = all;
  return first?.kind === 'affine' && isIdentity(first) ? all.slice(1) : all;
}

/** A stream of real results; `make` adds the op of one precision, once. */
export function realStream(
  of: Origin,
  shape: readonly number[],
  view: View,
  make?: (fraction: number) => string,
): Stream {
  const made = new Map<number, string>();
  const once = (fraction: number): string => {
    const value = made.get(fraction) ?? make?.(fraction) ?? '';
    made.set(fraction, value);
    return value;
  };
  const base: RealBase = { kind: 'real', shape, of, ...(make ? { make: once } : {}) };
  return { kind: 'stream', base, steps: [], view, dtype: 'float32' };
}

/** A result that a known operator makes exactly, remembered as a part of a formula. */
export const exactStream = (of: Origin, exact: Stream, channels: number): Stream => ({
  ...exact,
  base: { kind: 'real', shape: [channels], of, exact },
  steps: [],
});

/** Rounded, though nothing can make integers of it; gates may be, on their way to the experts. */
export const isStuck = (s: Stream): boolean =>
  s.base.kind === 'real' &&
  !s.base.make &&
  !s.base.exact &&
  s.base.of.kind !== 'gates' &&
  s.base.of.kind !== 'largest' &&
  lastRounding(s.steps) >= 0;

/** What made a stream, where nothing but one affine of single numbers was done to it since: `p · result + q`. */
export function originOf(
  s: Value | undefined,
): { readonly of: Origin; readonly p: Rational; readonly q: Rational } | undefined {
  if (s?.kind !== 'stream' || s.base.kind !== 'real') return undefined;
  const affine = onlyAffine(s.steps);
  if (!affine || affine.a.length > 1 || affine.b.length > 1) return undefined;
  return { of: s.base.of, p: affine.a[0] ?? ONE, q: affine.b[0] ?? ONE };
}

function onlyAffine(steps: Steps): Affine | undefined {
  if (steps.length === 0) return identity;
  const [first] = steps;
  return steps.length === 1 && first?.kind === 'affine' ? first : undefined;
}
