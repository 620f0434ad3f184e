import type { IntArray } from '../../../num/tensor.ts';
import type { Bounds } from '../../op.ts';

/** Two numbers: along the rows (vertical), along the columns (horizontal). */
export type Pair = readonly [number, number];

/** Rows above, columns left, rows below, columns right. */
export type Pads = readonly [number, number, number, number];

/** How a kernel slides over an image. */
export interface Sliding {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
}

const NO_PADS: Pads = [0, 0, 0, 0];

/** Pixels that a dilated kernel spans, vertically and horizontally. */
export function span({ kernel, dilation }: Sliding): Pair {
  return [(kernel[0] - 1) * dilation[0] + 1, (kernel[1] - 1) * dilation[1] + 1];
}

/** Rows and columns of the padded image. */
export function paddedSize(h: number, w: number, [top, left, bottom, right]: Pads): Pair {
  return [h + top + bottom, w + left + right];
}

/** Positions of the window on an (already padded) image; below 1 where it does not fit. */
export function positions(h: number, w: number, s: Sliding): Pair {
  const [sy, sx] = span(s);
  return [Math.floor((h - sy) / s.stride[0]) + 1, Math.floor((w - sx) / s.stride[1]) + 1];
}

/** Complaints of an op whose window slides over `shape` with `pads`. */
export function slidingProblems(shape: readonly number[], s: Sliding, pads: Pads = NO_PADS): string[] {
  if (shape.length !== 3) return [`needs an image [H, W, C], got [${shape.join(', ')}]`];
  const [h, w] = paddedSize(shape[0] ?? 0, shape[1] ?? 0, pads);
  const [sy, sx] = span(s);
  return sy <= h && sx <= w
    ? []
    : [`a window spanning ${sy}×${sx} does not fit an image of ${h}×${w} (padding included)`];
}

/** The image `[h, w, c]` with constant pixels around it. */
export function padImage(
  x: IntArray,
  y: IntArray,
  [h, w, c]: readonly [number, number, number],
  pads: Pads,
  value: number,
): void {
  const [, outW] = paddedSize(h, w, pads);
  const [top, left] = pads;
  y.fill(value);
  for (let r = 0; r < h; r++) {
    y.set(x.subarray(r * w * c, (r + 1) * w * c), ((r + top) * outW + left) * c);
  }
}

/**
 * The windows of output row `row` of an image `[·, w, c]`: `[columns, groups, kh, kw, c / groups]` into `y` at `at`.
 */
export function gatherRow(
  x: IntArray,
  y: IntArray,
  at: number,
  row: number,
  image: { readonly w: number; readonly c: number; readonly columns: number; readonly groups: number },
  { kernel: [kh, kw], stride: [sh, sw], dilation: [dh, dw] }: Sliding,
): void {
  const { w, c, columns, groups } = image;
  const n = c / groups;
  let o = at;
  for (let col = 0; col < columns; col++) {
    for (let g = 0; g < groups; g++) {
      for (let i = 0; i < kh; i++) {
        let p = ((row * sh + i * dh) * w + col * sw) * c + g * n;
        for (let j = 0; j < kw; j++, p += dw * c) {
          for (let k = 0; k < n; k++) y[o++] = x[p + k] as number;
        }
      }
    }
  }
}

/**
 * Bounds of the pixels of a padded image. Sound for every window, and the same whether padding is an op of its own or
 * part of a convolution: a window that only ever sees some pixels as padding is not told apart.
 */
export function padBounds(x: Bounds, pads: Pads, value: number): Bounds {
  if (pads.every((p) => p === 0)) return x;
  return x.map(({ lo, hi }) => ({ lo: Math.min(lo, value), hi: Math.max(hi, value) }));
}
