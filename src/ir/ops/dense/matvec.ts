import type { IntArray } from '../../../num/tensor.ts';

export interface MatVecShape {
  readonly rows: number;
  /** Columns of one group. */
  readonly cols: number;
  readonly groups: number;
}

/** `y[p, m] = Σ_k w[m, k] · x[p, g(m)·cols + k]` for every position p that fits `x`. Exact: {@link int32}, {@link double}. */
export function matVec(x: IntArray, w: IntArray, y: IntArray, { rows, cols, groups }: MatVecShape): void {
  const positions = x.length / (cols * groups);
  const perGroup = rows / groups;
  const plane: Plane = { xStride: cols * groups, yStride: rows, cols, positions, rows: perGroup };
  const all32 = x instanceof Int32Array && w instanceof Int32Array && y instanceof Int32Array;
  for (let g = 0; g < groups; g++) {
    const [x0, r0] = [g * cols, g * perGroup];
    if (all32) int32(x.subarray(x0), w.subarray(r0 * cols), y.subarray(r0), plane);
    else double(x.subarray(x0), w.subarray(r0 * cols), y.subarray(r0), plane);
  }
}

/** One group: `rows` rows of `cols` weights on `positions` vectors that lie `xStride` apart; results `yStride` apart. */
interface Plane {
  readonly xStride: number;
  readonly yStride: number;
  readonly cols: number;
  readonly positions: number;
  readonly rows: number;
}

/** Sums are exact in doubles: bounds analysis keeps them below 2^53. */
function double(x: IntArray, w: IntArray, y: IntArray, { xStride, yStride, cols, positions, rows }: Plane): void {
  for (let p = 0; p < positions; p++) {
    for (let r = 0; r < rows; r++) {
      const [x0, w0] = [p * xStride, r * cols];
      let a = 0;
      for (let i = 0; i < cols; i++) a += (x[x0 + i] as number) * (w[w0 + i] as number);
      y[p * yStride + r] = a;
    }
  }
}

/**
 * Sums fit 32 bits, whatever wraps on the way to them: Math.imul and |0 let the engine keep integers in registers. Two
 * vectors times two rows at a time, so that each load serves two products; what is left over goes four rows at a time.
 */
function int32(x: Int32Array, w: Int32Array, y: Int32Array, plane: Plane): void {
  const { xStride, yStride, cols, positions, rows } = plane;
  const [evenPositions, evenRows] = [positions - (positions % 2), rows - (rows % 2)];
  for (let p = 0; p < evenPositions; p += 2) {
    for (let r = 0; r < evenRows; r += 2) pair(x, w, y, p * xStride, r * cols, p * yStride + r, plane);
    for (let r = evenRows; r < rows; r++) {
      y[p * yStride + r] = dot(x, w, p * xStride, r * cols, cols);
      y[(p + 1) * yStride + r] = dot(x, w, (p + 1) * xStride, r * cols, cols);
    }
  }
  for (let p = evenPositions; p < positions; p++) {
    let r = 0;
    for (; r + 4 <= rows; r += 4) four(x, w, y, p * xStride, r * cols, p * yStride + r, cols);
    for (; r < rows; r++) y[p * yStride + r] = dot(x, w, p * xStride, r * cols, cols);
  }
}

/** Two vectors from x0 on, two rows from w0 on. */
function pair(
  x: Int32Array,
  w: Int32Array,
  y: Int32Array,
  x0: number,
  w0: number,
  y0: number,
  { xStride, yStride, cols }: Plane,
): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = x0, j = w0; i < x0 + cols; i++, j++) {
    const s = x[i] as number;
    const t = x[i + xStride] as number;
    const u = w[j] as number;
    const v = w[j + cols] as number;
    a = (a + Math.imul(s, u)) | 0;
    b = (b + Math.imul(s, v)) | 0;
    c = (c + Math.imul(t, u)) | 0;
    d = (d + Math.imul(t, v)) | 0;
  }
  y[y0] = a;
  y[y0 + 1] = b;
  y[y0 + yStride] = c;
  y[y0 + yStride + 1] = d;
}

/** One vector, four rows. */
function four(x: Int32Array, w: Int32Array, y: Int32Array, x0: number, w0: number, y0: number, cols: number): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = x0, j = w0; i < x0 + cols; i++, j++) {
    const s = x[i] as number;
    a = (a + Math.imul(s, w[j] as number)) | 0;
    b = (b + Math.imul(s, w[j + cols] as number)) | 0;
    c = (c + Math.imul(s, w[j + 2 * cols] as number)) | 0;
    d = (d + Math.imul(s, w[j + 3 * cols] as number)) | 0;
  }
  y[y0] = a;
  y[y0 + 1] = b;
  y[y0 + 2] = c;
  y[y0 + 3] = d;
}

function dot(x: Int32Array, w: Int32Array, x0: number, w0: number, n: number): number {
  let a = 0;
  for (let i = 0; i < n; i++) a = (a + Math.imul(x[x0 + i] as number, w[w0 + i] as number)) | 0;
  return a;
}
