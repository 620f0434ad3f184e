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
 * Sums fit 32 bits, whatever wraps on the way to them: Math.imul and |0 let the engine keep integers in registers. Four
 * vectors times two rows at a time, so that 6 loads serve 8 products; vectors left over take four rows at a time.
 */
function int32(x: Int32Array, w: Int32Array, y: Int32Array, plane: Plane): void {
  const { xStride, yStride, cols, positions, rows } = plane;
  const evenRows = rows - (rows % 2);
  let p = 0;
  for (; p + 4 <= positions; p += 4) {
    for (let r = 0; r < evenRows; r += 2) block(x, w, y, p * xStride, r * cols, p * yStride + r, plane);
    if (evenRows === rows) continue;
    for (let q = p; q < p + 4; q++) y[q * yStride + evenRows] = dot(x, w, q * xStride, evenRows * cols, cols);
  }
  for (; p < positions; p++) {
    let r = 0;
    for (; r + 4 <= rows; r += 4) four(x, w, y, p * xStride, r * cols, p * yStride + r, cols);
    for (; r < rows; r++) y[p * yStride + r] = dot(x, w, p * xStride, r * cols, cols);
  }
}

/** Four vectors from x0 on, two rows from w0 on. */
function block(
  x: Int32Array,
  w: Int32Array,
  y: Int32Array,
  x0: number,
  w0: number,
  y0: number,
  { xStride, yStride, cols }: Plane,
): void {
  let [a0, a1, b0, b1, c0, c1, d0, d1] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = x0, j = w0; i < x0 + cols; i++, j++) {
    const u = w[j] as number;
    const v = w[j + cols] as number;
    const a = x[i] as number;
    a0 = (a0 + Math.imul(a, u)) | 0;
    a1 = (a1 + Math.imul(a, v)) | 0;
    const b = x[i + xStride] as number;
    b0 = (b0 + Math.imul(b, u)) | 0;
    b1 = (b1 + Math.imul(b, v)) | 0;
    const c = x[i + 2 * xStride] as number;
    c0 = (c0 + Math.imul(c, u)) | 0;
    c1 = (c1 + Math.imul(c, v)) | 0;
    const d = x[i + 3 * xStride] as number;
    d0 = (d0 + Math.imul(d, u)) | 0;
    d1 = (d1 + Math.imul(d, v)) | 0;
  }
  put(y, y0, a0, a1);
  put(y, y0 + yStride, b0, b1);
  put(y, y0 + 2 * yStride, c0, c1);
  put(y, y0 + 3 * yStride, d0, d1);
}

function put(y: Int32Array, at: number, first: number, second: number): void {
  y[at] = first;
  y[at + 1] = second;
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
