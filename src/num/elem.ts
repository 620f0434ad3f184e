/**
 * Element types: the integer alphabet of a tensor and how a value of it is written in bits.
 *
 * `i<n>` signed two's complement, `u<n>` unsigned, `b1` bipolar: the values −1 and +1, written as the bits 0 and 1.
 */
export type ElemKind = 'int' | 'uint' | 'bipolar';

export interface ElemType {
  readonly kind: ElemKind;
  readonly bits: number;
}

/** An inclusive interval of integers, exact below 2^53. */
export interface Interval {
  readonly lo: number;
  readonly hi: number;
}

/** The widest element that the reference carries exactly: sums must stay below 2^53. */
export const MAX_BITS = 53;

export const int = (bits: number): ElemType => ({ kind: 'int', bits });
export const uint = (bits: number): ElemType => ({ kind: 'uint', bits });
export const bipolar: ElemType = { kind: 'bipolar', bits: 1 };

export function elemRange(e: ElemType): Interval {
  switch (e.kind) {
    case 'bipolar':
      return { lo: -1, hi: 1 };
    case 'int':
      return { lo: -(2 ** (e.bits - 1)), hi: 2 ** (e.bits - 1) - 1 };
    case 'uint':
      return { lo: 0, hi: 2 ** e.bits - 1 };
  }
}

/** The narrowest `u` or `i` type whose range holds every integer of the interval (at least one bit). */
export function elemFor({ lo, hi }: Interval): ElemType {
  if (lo >= 0) return uint(Math.max(1, bitLength(hi)));
  return int(Math.max(bitLength(-lo - 1), bitLength(Math.max(hi, 0))) + 1);
}

/** Bits of the binary representation of a non-negative integer; 0 for 0. */
export function bitLength(v: number): number {
  if (v < 1) return 0;
  if (v < 2 ** 32) return 32 - Math.clz32(v);
  let n = Math.floor(Math.log2(v));
  while (2 ** n <= v) n++;
  while (n > 0 && 2 ** (n - 1) > v) n--;
  return n;
}

export function contains(outer: Interval, inner: Interval): boolean {
  return outer.lo <= inner.lo && inner.hi <= outer.hi;
}

const LETTER: Record<ElemKind, string> = { int: 'i', uint: 'u', bipolar: 'b' };

export function elemName(e: ElemType): string {
  return `${LETTER[e.kind]}${e.bits}`;
}

/** Parses `i8`, `u4`, `b1`; undefined when the text is none of these. */
export function parseElem(text: string): ElemType | undefined {
  const m = /^([iub])([1-9]\d?)$/.exec(text);
  if (!m) return undefined;
  const bits = Number(m[2]);
  if (bits > MAX_BITS) return undefined;
  if (m[1] === 'b') return bits === 1 ? bipolar : undefined;
  return m[1] === 'i' ? int(bits) : uint(bits);
}

/** The bit pattern of a value, as a non-negative integer below 2^bits. The value must be in range. */
export function toBits(e: ElemType, v: number): number {
  if (e.kind === 'bipolar') return v > 0 ? 1 : 0;
  return v < 0 ? v + 2 ** e.bits : v;
}

/** The value of a bit pattern; inverse of {@link toBits}. */
export function fromBits(e: ElemType, pattern: number): number {
  if (e.kind === 'bipolar') return pattern ? 1 : -1;
  if (e.kind === 'int' && pattern >= 2 ** (e.bits - 1)) return pattern - 2 ** e.bits;
  return pattern;
}
