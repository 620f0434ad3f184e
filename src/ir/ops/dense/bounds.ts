import type { Interval } from '../../../num/elem.ts';
import type { IntArray } from '../../../num/tensor.ts';
import { type Bounds, boundsAt } from '../../op.ts';

/** Exact bounds of `Σ_c w[c] · x[base + c]` over one row of weights. */
export function dotBounds(w: IntArray, x: Bounds, base = 0): Interval {
  let lo = 0;
  let hi = 0;
  for (let c = 0; c < w.length; c++) {
    const v = w[c] as number;
    const b = boundsAt(x, base + c);
    lo += v > 0 ? v * b.lo : v * b.hi;
    hi += v > 0 ? v * b.hi : v * b.lo;
  }
  return { lo, hi };
}
