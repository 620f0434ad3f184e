import { type ElemType, elemRange, type Interval } from './elem.ts';

/** Storage of integers: 32-bit where the values fit, otherwise float64, exact below 2^53. */
export type IntArray = Int32Array | Float64Array;

/** A dense row-major integer tensor of one frame (no batch axis), channels last. */
export interface IntTensor {
  readonly shape: readonly number[];
  readonly data: IntArray;
}

export function numel(shape: readonly number[]): number {
  let n = 1;
  for (const d of shape) n *= d;
  return n;
}

/** True when values of this interval fit 32-bit storage. */
export function fitsInt32({ lo, hi }: Interval): boolean {
  return lo >= -0x80000000 && hi <= 0x7fffffff;
}

/** A zeroed array for `n` values of the element type. */
export function allocate(n: number, elem: ElemType): IntArray {
  return fitsInt32(elemRange(elem)) ? new Int32Array(n) : new Float64Array(n);
}

export function tensor(shape: readonly number[], data: IntArray): IntTensor {
  if (data.length !== numel(shape)) throw new RangeError(`tensor of shape [${shape}] given ${data.length} values`);
  return { shape, data };
}

/** The same values under another shape of equal size. */
export function reshape(t: IntTensor, shape: readonly number[]): IntTensor {
  return tensor(shape, t.data);
}

/** Arrays one after the other. */
export function joined(parts: readonly ArrayLike<number>[]): Float64Array {
  const all = new Float64Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    all.set(p, at);
    at += p.length;
  }
  return all;
}

/** The index of the largest value, the first of equal ones: the class that a network answers. */
export function largestAt(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[best] as number)) best = i;
  return best;
}

/** Smallest and largest value; {0, 0} for an empty tensor. */
export function valueRange(data: ArrayLike<number>): Interval {
  let lo = Number.POSITIVE_INFINITY;
  let hi = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < data.length; i++) {
    const v = data[i] as number;
    if (v < lo) lo = v;
    if (v > hi) hi = v;
  }
  return data.length === 0 ? { lo: 0, hi: 0 } : { lo, hi };
}
