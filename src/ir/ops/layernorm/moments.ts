import type { IntArray } from '../../../num/tensor.ts';

/** Of one row: S = Σx, or 0 where the mean stays in, and C·Σx² − S², which is C² times the variance. Both exact. */
export interface Moments {
  readonly sum: number;
  readonly spread: bigint;
}

export function rowMoments(x: IntArray, from: number, C: number, center: boolean): Moments {
  let sum = 0;
  let squares = 0;
  for (let i = from; i < from + C; i++) {
    const v = x[i] as number;
    sum += v;
    squares += v * v;
  }
  const s = center ? sum : 0;
  return { sum: s, spread: BigInt(C) * BigInt(squares) - BigInt(s) * BigInt(s) };
}
