import { fromNumber, type Rational, toNumber } from '../rational.ts';

/**
 * Exact fractions that need not be in lowest terms (denominator positive): the chains here are short, so that a few
 * spare bits cost less than a greatest common divisor after every step.
 */
export type Fraction = Rational;

export const fraction = (num: bigint, den: bigint = 1n): Fraction =>
  den < 0n ? { num: -num, den: -den } : { num, den };

const TEXT = /^(-?\d+)(?:\/(\d+))?$/;

/** The value of `-3/8`; undefined when the text is no rational. */
export function parseFraction(text: string): Fraction | undefined {
  const m = TEXT.exec(text);
  if (!m) return undefined;
  const den = BigInt(m[2] ?? '1');
  return den === 0n ? undefined : { num: BigInt(m[1] ?? '0'), den };
}

export const plus = (a: Fraction, b: Fraction): Fraction =>
  a.den === b.den ? { num: a.num + b.num, den: a.den } : { num: a.num * b.den + b.num * a.den, den: a.den * b.den };
export const minus = (a: Fraction, b: Fraction): Fraction => plus(a, { num: -b.num, den: b.den });
export const times = (a: Fraction, b: Fraction): Fraction => ({ num: a.num * b.num, den: a.den * b.den });
/** The divisor must not be 0. */
export const over = (a: Fraction, b: Fraction): Fraction => fraction(a.num * b.den, a.den * b.num);

/** Negative, zero or positive as a is below, equal to or above b. */
export function order(a: Fraction, b: Fraction): number {
  const d = a.num * b.den - b.num * a.den;
  return d < 0n ? -1 : d > 0n ? 1 : 0;
}

export const integral = (a: Fraction): boolean => a.num % a.den === 0n;
export const isValue = (a: Fraction, v: bigint): boolean => a.num === v * a.den;

/** ⌊n / d⌋ for d > 0. */
export function floorDiv(n: bigint, d: bigint): bigint {
  const q = n / d;
  return n < 0n && q * d !== n ? q - 1n : q;
}

export const floorOf = (a: Fraction): bigint => floorDiv(a.num, a.den);
export const ceilOf = (a: Fraction): bigint => -floorDiv(-a.num, a.den);

const EXACT = 1n << 53n;

/** The nearest double; one division where both parts are doubles themselves. */
export function toDouble(a: Fraction): number {
  const small = a.den < EXACT && a.num < EXACT && a.num > -EXACT;
  return small ? Number(a.num) / Number(a.den) : toNumber(a);
}

/** The exact value of a finite double. */
export function fromDouble(v: number): Fraction {
  const exponent = Math.floor(Math.log2(Math.abs(v)));
  if (!(exponent > -900 && exponent < 900)) return fromNumber(v);
  const shift = Math.max(0, 54 - exponent);
  return { num: BigInt(v * 2 ** shift), den: 1n << BigInt(shift) };
}
