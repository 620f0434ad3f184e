/** The arithmetic of products of two streamed matrices, head by head. */
import { Type } from 'typebox';
import type { Interval } from '../../../num/elem.ts';
import type { IntArray } from '../../../num/tensor.ts';
import { productInterval } from '../products.ts';

/**
 * `heads`: H products side by side, each on its part of the last axes. `transposeB`: the second operand is `[M, H·K]`,
 * one row per column of the result; otherwise it is `[K, H·M]`.
 */
export type MatmulAttrs = { readonly heads: number; readonly transposeB: boolean };

/** Schema of the attributes, shared with the kernel. */
export const matmulSchema = { heads: Type.Integer({ minimum: 1 }), transposeB: Type.Boolean() };

/** `[N, H·K] × ([M, H·K] or [K, H·M]) → [N, H·M]`. */
export interface MatmulSizes {
  readonly H: number;
  readonly N: number;
  readonly K: number;
  readonly M: number;
}

/** Sizes of a product, or a sentence that says why there is none. */
export function matmulSizes(
  { heads: H, transposeB }: MatmulAttrs,
  a: readonly number[],
  b: readonly number[],
): MatmulSizes | string {
  const [N = 0, ak = 0] = a;
  const [rows = 0, columns = 0] = b;
  if (a.length !== 2 || b.length !== 2)
    return `operands of [${a.join(', ')}] and [${b.join(', ')}] are not two matrices`;
  for (const size of [ak, columns]) {
    if (size % H !== 0) return `heads=${H} does not divide a last axis of ${size}`;
  }
  const K = ak / H;
  const inner = transposeB ? columns / H : rows;
  if (inner !== K) return `rows of ${K} and columns of ${inner} elements per head do not fit`;
  return { H, N, K, M: transposeB ? rows : columns / H };
}

/** `y[n, h, m] = Σ_k a[n, h, k] · b[m, h, k]`, or `b[k, h, m]` without `transposeB`. */
export function applyMatmul(s: MatmulSizes, transposeB: boolean, a: IntArray, b: IntArray, y: IntArray): void {
  const { H, N, K, M } = s;
  const [stepM, stepK] = transposeB ? [H * K, 1] : [1, H * M];
  for (let n = 0; n < N; n++) {
    for (let h = 0; h < H; h++) {
      const row = (n * H + h) * K;
      const first = transposeB ? h * K : h * M;
      for (let m = 0; m < M; m++) {
        let sum = 0;
        for (let k = 0; k < K; k++) sum += (a[row + k] as number) * (b[first + m * stepM + k * stepK] as number);
        y[(n * H + h) * M + m] = sum;
      }
    }
  }
}

/** Bounds of a sum of K products of independent factors. */
export function dotInterval(a: Interval, b: Interval, K: number): Interval {
  const p = productInterval(a, b);
  return { lo: p.lo * K, hi: p.hi * K };
}
