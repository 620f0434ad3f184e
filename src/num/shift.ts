/**
 * What a right shift does with ties. The rounding half is already part of the shifted value v, so a tie of the
 * unrounded value is a v whose dropped bits are all 0: `up` keeps the quotient, `even` makes an odd one the even number
 * below. `up` is a plain floor, and so serves every rounding that can be had by an addend alone.
 */
export const TIES = ['up', 'even'] as const;
export type Ties = (typeof TIES)[number];

/** ⌊v / 2^shift⌋, less 1 where `ties` is `even`, v is a multiple of 2^shift and the quotient odd. |v| < 2^53, shift ≥ 1 for `even`. */
export function shiftRight(v: number, shift: number, ties: Ties): number {
  const one = 2 ** shift;
  const y = Math.floor(v / one);
  return ties === 'even' && y * one === v && y % 2 !== 0 ? y - 1 : y;
}

/** The same for integers of any size. */
export function shiftRightBig(v: bigint, shift: number, ties: Ties): bigint {
  const y = v >> BigInt(shift);
  return ties === 'even' && (y & 1n) === 1n && y << BigInt(shift) === v ? y - 1n : y;
}

/** 1 where v must lie above k·2^shift, not on it, to be shifted to k or more. */
export const startsLate = (ties: Ties, k: number): 0 | 1 => (ties === 'even' && k % 2 !== 0 ? 1 : 0);
