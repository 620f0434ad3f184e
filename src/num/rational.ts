/** Exact rational numbers on BigInt, in lowest terms with a positive denominator. */
export interface Rational {
  readonly num: bigint;
  readonly den: bigint;
}

const abs = (a: bigint): bigint => (a < 0n ? -a : a);

/** The greatest common divisor, not negative; 0 of two zeros. */
function gcd(a: bigint, b: bigint): bigint {
  let x = abs(a);
  let y = abs(b);
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

export function rational(num: bigint, den: bigint = 1n): Rational {
  if (den === 0n) throw new RangeError('rational with denominator 0');
  const s = den < 0n ? -1n : 1n;
  const g = gcd(num, den) || 1n;
  return { num: (s * num) / g, den: (s * den) / g };
}

export const ZERO = rational(0n);
export const ONE = rational(1n);

const view = new DataView(new ArrayBuffer(8));

/** The exact value of a finite double (every double is a dyadic rational). */
export function fromNumber(v: number): Rational {
  if (!Number.isFinite(v)) throw new RangeError(`${v} is not a rational`);
  if (Number.isSafeInteger(v)) return { num: BigInt(v), den: 1n };
  view.setFloat64(0, v);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = exponent === 0 ? fraction : fraction | 0x10000000000000n;
  const shift = Math.max(exponent, 1) - 1075;
  const signed = bits >> 63n ? -mantissa : mantissa;
  return shift >= 0 ? rational(signed << BigInt(shift)) : rational(signed, 1n << BigInt(-shift));
}

export const add = (a: Rational, b: Rational): Rational => rational(a.num * b.den + b.num * a.den, a.den * b.den);
export const sub = (a: Rational, b: Rational): Rational => rational(a.num * b.den - b.num * a.den, a.den * b.den);
export const mul = (a: Rational, b: Rational): Rational => rational(a.num * b.num, a.den * b.den);
export const div = (a: Rational, b: Rational): Rational => rational(a.num * b.den, a.den * b.num);
export const neg = (a: Rational): Rational => ({ num: -a.num, den: a.den });
export const sign = (a: Rational): -1 | 0 | 1 => (a.num > 0n ? 1 : a.num < 0n ? -1 : 0);
export const compare = (a: Rational, b: Rational): -1 | 0 | 1 => sign({ num: a.num * b.den - b.num * a.den, den: 1n });
export const equals = (a: Rational, b: Rational): boolean => a.num === b.num && a.den === b.den;
export const isInteger = (a: Rational): boolean => a.den === 1n;

/** The greatest rational of which both are whole multiples, not negative. */
export const gcdOf = (a: Rational, b: Rational): Rational => rational(gcd(a.num * b.den, b.num * a.den), a.den * b.den);

export function floor(a: Rational): bigint {
  const q = a.num / a.den;
  return a.num < 0n && q * a.den !== a.num ? q - 1n : q;
}

export const ceil = (a: Rational): bigint => -floor(neg(a));

/** The nearest double, ties to even (numbers below 2^-1022 are rounded twice). */
export function toNumber(a: Rational): number {
  const n = abs(a.num);
  if (n < 1n << 53n && a.den < 1n << 53n) return Number(a.num) / Number(a.den);
  // Scale so that the integer quotient has more than the 53 significant bits of a double; its last bit stands for the rest.
  const shift = 64 - bits(n) + bits(a.den);
  const [over, under] = shift >= 0 ? [n << BigInt(shift), a.den] : [n, a.den << BigInt(-shift)];
  const quotient = over / under;
  const q = Number(quotient * under === over ? quotient : quotient | 1n);
  // 2^-shift alone may be too small or too large for a double.
  const half = Math.trunc(shift / 2);
  const v = q * 2 ** -half * 2 ** (half - shift);
  return a.num < 0n ? -v : v;
}

const bits = (v: bigint): number => v.toString(2).length;

/** `3`, `-1/255`: lossless. */
export const format = (a: Rational): string => (a.den === 1n ? `${a.num}` : `${a.num}/${a.den}`);

/** Inverse of {@link format}; undefined when the text is no rational. */
export function parse(text: string): Rational | undefined {
  const m = /^(-?\d+)(?:\/([1-9]\d*))?$/.exec(text);
  return m ? rational(BigInt(m[1] ?? '0'), BigInt(m[2] ?? '1')) : undefined;
}
