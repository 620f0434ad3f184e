import { numel } from '../num/tensor.ts';

/** ONNX's element types, by NumPy's names where there is one. */
export const DTYPES = [
  ['float32', 1],
  ['uint8', 2],
  ['int8', 3],
  ['uint16', 4],
  ['int16', 5],
  ['int32', 6],
  ['int64', 7],
  ['bool', 9],
  ['float16', 10],
  ['float64', 11],
  ['uint32', 12],
  ['uint64', 13],
  ['bfloat16', 16],
  ['uint4', 21],
  ['int4', 22],
  ['uint2', 25],
  ['int2', 26],
] as const;
export type DType = (typeof DTYPES)[number][0];

/**
 * A tensor of the host's arithmetic: constants of the model, and the real-valued ends of a network. All values are
 * doubles (exact for every dtype but 64-bit integers beyond 2^53); `dtype` says what the model calls them.
 */
export interface HostTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export const isFloat = (d: DType): boolean => d.startsWith('float') || d === 'bfloat16';

/** The interval of an integer dtype; undefined for floats and bool. */
export function dtypeRange(d: DType): { lo: number; hi: number } | undefined {
  const m = /^(u?)int(\d+)$/.exec(d);
  if (!m) return undefined;
  const bits = Number(m[2]);
  return m[1] ? { lo: 0, hi: 2 ** bits - 1 } : { lo: -(2 ** (bits - 1)), hi: 2 ** (bits - 1) - 1 };
}

/** The most elements that one computed tensor may have: far above what an accelerator streams per frame. */
export const MAX_ELEMENTS = 2 ** 24;

/** The size of a tensor to be made. Throws RangeError when it is no size, or too large to be meant. */
export function elements(shape: readonly number[]): number {
  const n = numel(shape);
  if (shape.some((d) => !Number.isInteger(d) || d < 0)) throw new RangeError(`[${shape}] is no shape`);
  if (n > MAX_ELEMENTS) throw new RangeError(`a tensor of [${shape}] is larger than ${MAX_ELEMENTS} elements`);
  return n;
}

/** Room for a tensor of this shape; see {@link elements}. */
export const zeros = (shape: readonly number[]): Float64Array => new Float64Array(elements(shape));

export function hostTensor(dtype: DType, shape: readonly number[], data: ArrayLike<number>): HostTensor {
  if (data.length !== numel(shape)) throw new RangeError(`${data.length} values for shape [${shape}]`);
  return { dtype, shape, data: data instanceof Float64Array ? data : Float64Array.from(data) };
}

export const scalar = (v: number, dtype: DType = 'float32'): HostTensor => hostTensor(dtype, [], [v]);

/** Row-major strides. */
export function stridesOf(shape: readonly number[]): number[] {
  const s = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--) s[i] = (s[i + 1] as number) * (shape[i + 1] as number);
  return s;
}

/** A negative axis counts from the end. Throws RangeError where there is no such axis. */
export function axisOf(axis: number, rank: number): number {
  const a = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(a) || a < 0 || a >= Math.max(rank, 1)) throw new RangeError(`axis ${axis} of rank ${rank}`);
  return a;
}

/** NumPy's broadcasting rule. */
export function broadcastShape(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(0, ...shapes.map((s) => s.length));
  return Array.from({ length: rank }, (_, i) => {
    let d = 1;
    for (const s of shapes) {
      const v = s[i - rank + s.length] ?? 1;
      if (v !== 1 && d !== 1 && v !== d) throw new RangeError(`shapes [${shapes.join('] and [')}] do not broadcast`);
      if (v !== 1) d = v;
    }
    return d;
  });
}

/** Strides of `shape` inside a broadcast result: 0 along the axes that repeat. */
export function broadcastStrides(shape: readonly number[], out: readonly number[]): number[] {
  const own = stridesOf(shape);
  return out.map((_, i) => {
    const k = i - out.length + shape.length;
    return k < 0 || shape[k] === 1 ? 0 : (own[k] as number);
  });
}

/**
 * Visits a row-major index space and gives the linear offset into each operand, from their strides.
 * Allocation-free per element: the offsets array is reused.
 */
export function walk(
  shape: readonly number[],
  strides: readonly (readonly number[])[],
  visit: (index: number, offsets: readonly number[]) => void,
): void {
  const total = numel(shape);
  const counter = new Array<number>(shape.length).fill(0);
  const offsets = new Array<number>(strides.length).fill(0);
  for (let i = 0; i < total; i++) {
    visit(i, offsets);
    for (let d = shape.length - 1; d >= 0; d--) {
      const size = shape[d] as number;
      counter[d] = (counter[d] as number) + 1;
      const wrapped = counter[d] === size;
      for (let k = 0; k < strides.length; k++) {
        const s = strides[k]?.[d] ?? 0;
        offsets[k] = (offsets[k] as number) + (wrapped ? s * (1 - size) : s);
      }
      if (!wrapped) break;
      counter[d] = 0;
    }
  }
}
