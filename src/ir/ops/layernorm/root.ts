/** Reciprocal square roots of integers: a table for a first guess, one step of Newton's method. */
import type { IntArray } from '../../../num/tensor.ts';

/**
 * With `e = ⌊log₄ w⌋` and `q = ⌊w · 2^(argument − 2) / 4^e⌋`, which is in [2^(argument−2), 2^argument):
 *
 *     a = table[⌊q / 2^(argument − index)⌋ − 2^(index − 2)]              first guess, `guess` fraction bits
 *     b = ⌊(3 · 2^(argument − 2 + 2·guess) − q·a²) / 2^(argument − 2 + 2·guess − result − 2)⌋   3 − q·a², result + 2 bits
 *     r = ⌊(a·b + 2^(guess + 2)) / 2^(guess + 3)⌋                         a·b/2, `result` fraction bits
 *
 * `1/√w ≈ r · 2^−(result + e)`. The table has the 3·2^(index − 2) values of q's upper bits that occur.
 */
export type RootWidths = {
  readonly index: number;
  readonly guess: number;
  readonly argument: number;
  readonly result: number;
};

export interface Root {
  readonly r: number;
  readonly e: number;
}

/** Of a positive integer. */
export function inverseRoot(w: bigint, f: RootWidths, table: IntArray): Root {
  const bits = w.toString(2).length;
  const e = (bits - 1) >> 1;
  const up = f.argument - 2 - 2 * e;
  const q = Number(up >= 0 ? w << BigInt(up) : w >> BigInt(-up));
  return { r: rootOf(q, f, table), e };
}

/** The fraction r of a normalised argument q. */
export function rootOf(q: number, f: RootWidths, table: IntArray): number {
  const a = BigInt(table[Math.floor(q / 2 ** (f.argument - f.index)) - 2 ** (f.index - 2)] as number);
  const unit = f.argument - 2 + 2 * f.guess;
  const b = ((3n << BigInt(unit)) - BigInt(q) * a * a) >> BigInt(unit - f.result - 2);
  return Number((a * b + (1n << BigInt(f.guess + 2))) >> BigInt(f.guess + 3));
}

/** The guesses: reciprocal roots at the middle of each interval, rounded. */
export function rootTable({ index, guess }: RootWidths): Int32Array {
  const first = 2 ** (index - 2);
  return Int32Array.from({ length: 3 * first }, (_, i) =>
    Math.round(2 ** guess / Math.sqrt((first + i + 0.5) / first)),
  );
}

/** A bound on |r/2^result · √(q) − 1| over all arguments: the guess's error squared, and every cut of bits. */
export function rootError(f: RootWidths, table: IntArray): number {
  const first = 2 ** (f.index - 2);
  let guess = 0;
  table.forEach((a: number, i: number) => {
    for (const edge of [first + i, first + i + 1]) {
      guess = Math.max(guess, Math.abs((a / 2 ** f.guess) * Math.sqrt(edge / first) - 1));
    }
  });
  // Newton: 3/2·e² + e³/2. q is cut by a unit at most, b by one, r by half of one; r is at least 1/2.
  return 1.5 * guess ** 2 + guess ** 3 + 2 ** -(f.argument - 2) / 2 + 2 ** -(f.result + 2) + 2 ** -f.result;
}

/** The shortest table and the narrowest numbers whose relative error is at most `bound`. */
export function designRoot(bound: number): RootWidths {
  const result = Math.max(4, Math.ceil(-Math.log2(bound)) + 2);
  const argument = result + 2;
  for (let index = 4; ; index++) {
    const f = { index, guess: index + 1, argument: Math.max(argument, index), result };
    if (rootError(f, rootTable(f)) <= bound || index === MAX_INDEX) return f;
  }
}

/** Newton's step squares the error of 2^−13: tables do not grow beyond. */
const MAX_INDEX = 13;
