import { numel } from '../../num/tensor.ts';

/** A run of an axis in memory: `size` elements, `stride` apart, in the row-major order of the IR value. */
export interface Factor {
  readonly size: number;
  readonly stride: number;
}

/**
 * How an ONNX tensor reads an IR value: each axis is a list of factors, outermost first (an axis of extent 1 has none).
 * Transposes and reshapes of the model change the view, not the data; data move only where a kernel needs another order.
 */
export type View = readonly (readonly Factor[])[];

export const viewShape = (v: View): number[] => v.map((axis) => axis.reduce((n, f) => n * f.size, 1));

/** The view of a tensor that lies in memory as it is. */
export function contiguous(shape: readonly number[]): View {
  let stride = numel(shape);
  return shape.map((size) => {
    stride /= size;
    return size === 1 ? [] : [{ size, stride }];
  });
}

/** A tensor of `shape` that lies in memory transposed: memory axis i is axis `perm[i]` of the tensor. */
export function stored(shape: readonly number[], perm: readonly number[]): View {
  const memory = contiguous(perm.map((p) => shape[p] as number));
  return shape.map((_, axis) => memory[perm.indexOf(axis)] ?? []);
}

export const transposeView = (v: View, perm: readonly number[]): View => perm.map((p) => v[p] ?? []);

/** Joins neighbours that are one run: (4, stride 8), (8, stride 1) → (32, stride 1). */
function merge(factors: readonly Factor[]): Factor[] {
  const out: Factor[] = [];
  for (const f of factors) {
    const last = out[out.length - 1];
    if (last && last.stride === f.size * f.stride) out[out.length - 1] = { size: last.size * f.size, stride: f.stride };
    else out.push(f);
  }
  return out;
}

/** The view under another shape of equal size; undefined where an axis would have to cut through a factor unevenly. */
export function reshapeView(v: View, shape: readonly number[]): View | undefined {
  const queue = merge(v.flat());
  const out: Factor[][] = [];
  for (const extent of shape) {
    const axis: Factor[] = [];
    let need = extent;
    while (need > 1) {
      const f = queue.shift();
      if (!f) return undefined;
      if (f.size <= need) {
        if (need % f.size !== 0) return undefined;
        axis.push(f);
        need /= f.size;
        continue;
      }
      if (f.size % need !== 0) return undefined;
      axis.push({ size: need, stride: (f.size / need) * f.stride });
      queue.unshift({ size: f.size / need, stride: f.stride });
      need = 1;
    }
    out.push(axis);
  }
  return queue.length === 0 ? out : undefined;
}

/** Factors of the given axes in memory order `axes[0]` outermost, when that is the order in which they lie; else null. */
export function isContiguous(v: View, axes: readonly number[]): boolean {
  const run = merge(axes.flatMap((a) => v[a] ?? []));
  return run.length === 0 || (run.length === 1 && run[0]?.stride === 1);
}

/** The permutation that brings memory into the order of `axes`: `shape` of memory by factors, and the transpose of it. */
export function permutationTo(v: View, axes: readonly number[]): { shape: number[]; perm: number[] } {
  const want = merge(axes.flatMap((a) => v[a] ?? []));
  const memory = [...want].sort((a, b) => b.stride - a.stride);
  return { shape: memory.map((f) => f.size), perm: want.map((f) => memory.indexOf(f)) };
}

/** Linear memory offsets of the elements of the given axes, in row-major order of these axes. */
export function offsets(v: View, axes: readonly number[]): number[] {
  let out = [0];
  for (const f of axes.flatMap((a) => v[a] ?? [])) {
    const next: number[] = [];
    for (const o of out) for (let i = 0; i < f.size; i++) next.push(o + i * f.stride);
    out = next;
  }
  return out;
}

/**
 * Where each channel of one memory order finds its entry in another: both views are of one tensor, channels are the last
 * axis in memory. Undefined where the entries of `from` are no function of the channels of `to`.
 */
export function carriedChannels(
  from: { readonly view: View; readonly channels: number },
  to: { readonly view: View; readonly channels: number },
): number[] | undefined {
  const all = from.view.map((_, i) => i);
  const source = offsets(from.view, all);
  const target = offsets(to.view, all);
  const out = new Array<number>(to.channels).fill(-1);
  for (let i = 0; i < source.length; i++) {
    const entry = (source[i] as number) % from.channels;
    const at = (target[i] as number) % to.channels;
    if (out[at] !== -1 && out[at] !== entry) return undefined;
    out[at] = entry;
  }
  return out;
}

/** True when two views read the same memory the same way. */
export const sameView = (a: View, b: View): boolean =>
  a.length === b.length && a.every((axis, i) => JSON.stringify(merge(axis)) === JSON.stringify(merge(b[i] ?? [])));
