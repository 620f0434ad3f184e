import type { Interval } from '../../../num/elem.ts';
import type { IntArray } from '../../../num/tensor.ts';
import type { Const } from '../../graph.ts';
import type { Bounds } from '../../op.ts';
import { spreadBounds } from '../rows.ts';

/** The constant's elements, then those of the frame. */
export function putBefore(rows: Const, x: IntArray, y: IntArray): void {
  y.set(rows.data);
  y.set(x, rows.data.length);
}

/** Bounds of rows of `channels` with constant rows among them, per channel. */
export function withRows(rows: Const, channels: number, x: Bounds): Bounds {
  return spreadBounds(x, channels).map((bounds, c): Interval => {
    let { lo, hi } = bounds;
    for (let i = c; i < rows.data.length; i += channels) {
      lo = Math.min(lo, rows.data[i] as number);
      hi = Math.max(hi, rows.data[i] as number);
    }
    return { lo, hi };
  });
}
