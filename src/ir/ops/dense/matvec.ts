import type { IntArray } from '../../../num/tensor.ts';

export interface MatVecShape {
  readonly rows: number;
  /** Columns of one group. */
  readonly cols: number;
  readonly groups: number;
}

/**
 * `y[p, m] = Σ_k w[m, k] · x[p, g(m)·cols + k]` for every position p that fits `x`.
 *
 * Sums are plain doubles or 32-bit integers: exact because bounds analysis keeps them below 2^53 (2^31 for Int32
 * storage). Four partial sums break the dependency chain of the additions.
 */
export function matVec(x: IntArray, w: IntArray, y: IntArray, { rows, cols, groups }: MatVecShape): void {
  const positions = x.length / (cols * groups);
  const rowsPerGroup = rows / groups;
  const kernel = x instanceof Int32Array && w instanceof Int32Array && y instanceof Int32Array ? rowInt32 : rowDouble;
  for (let p = 0; p < positions; p++) {
    for (let g = 0; g < groups; g++) {
      const x0 = (p * groups + g) * cols;
      for (let r = g * rowsPerGroup; r < (g + 1) * rowsPerGroup; r++) {
        y[p * rows + r] = kernel(x as Int32Array, w as Int32Array, x0, r * cols, cols);
      }
    }
  }
}

/** Products and sums stay inside 32 bits: Math.imul and |0 let the engine keep integers in registers. */
function rowInt32(x: Int32Array, w: Int32Array, x0: number, w0: number, n: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i + 3 < n; i += 4) {
    a = (a + Math.imul(x[x0 + i] as number, w[w0 + i] as number)) | 0;
    b = (b + Math.imul(x[x0 + i + 1] as number, w[w0 + i + 1] as number)) | 0;
    c = (c + Math.imul(x[x0 + i + 2] as number, w[w0 + i + 2] as number)) | 0;
    d = (d + Math.imul(x[x0 + i + 3] as number, w[w0 + i + 3] as number)) | 0;
  }
  for (; i < n; i++) a = (a + Math.imul(x[x0 + i] as number, w[w0 + i] as number)) | 0;
  return (a + b + c + d) | 0;
}

function rowDouble(x: IntArray, w: IntArray, x0: number, w0: number, n: number): number {
  let a = 0;
  for (let i = 0; i < n; i++) a += (x[x0 + i] as number) * (w[w0 + i] as number);
  return a;
}
