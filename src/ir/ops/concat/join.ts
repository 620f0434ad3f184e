import type { IntArray } from '../../../num/tensor.ts';
import type { Bounds } from '../../op.ts';
import { spreadBounds } from '../rows.ts';

/** Rows of `ca` elements of `a` and of `cb` elements of `b` in turn. */
export function joinRows(a: IntArray, ca: number, b: IntArray, cb: number, y: IntArray): void {
  const width = ca + cb;
  for (let p = 0; p < y.length / width; p++) {
    for (let c = 0; c < ca; c++) y[p * width + c] = a[p * ca + c] as number;
    for (let c = 0; c < cb; c++) y[p * width + ca + c] = b[p * cb + c] as number;
  }
}

/** Bounds of the joined channels. */
export function joinBounds(a: Bounds, ca: number, b: Bounds, cb: number): Bounds {
  return [...spreadBounds(a, ca), ...spreadBounds(b, cb)];
}
