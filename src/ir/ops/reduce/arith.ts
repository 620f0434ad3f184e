import { Type } from 'typebox';
import type { Interval } from '../../../num/elem.ts';
import type { IntArray } from '../../../num/tensor.ts';

/** What a pooling computes over its window. */
export type ReduceKind = 'max' | 'sum';

export const reduceKind = Type.Union([Type.Literal('max'), Type.Literal('sum')]);

/** `x: [positions, k, c] → y: [positions, c]`; `positions` follows from the size of `x`. */
export function reduceAxis(x: IntArray, y: IntArray, k: number, c: number, kind: ReduceKind): void {
  const n = x.length / (k * c);
  for (let p = 0; p < n; p++) {
    const out = p * c;
    for (let i = 0; i < c; i++) y[out + i] = x[p * k * c + i] as number;
    for (let t = 1; t < k; t++) {
      const at = (p * k + t) * c;
      if (kind === 'sum') for (let i = 0; i < c; i++) y[out + i] = (y[out + i] as number) + (x[at + i] as number);
      else for (let i = 0; i < c; i++) y[out + i] = Math.max(y[out + i] as number, x[at + i] as number);
    }
  }
}

/** Bounds of the result over `k` values of one interval. */
export function reduceInterval({ lo, hi }: Interval, k: number, kind: ReduceKind): Interval {
  return kind === 'sum' ? { lo: k * lo, hi: k * hi } : { lo, hi };
}
