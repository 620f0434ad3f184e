import { numel } from '../../num/tensor.ts';
import {
  type HostCall,
  type HostOp,
  type HostOps,
  input,
  numberAttr,
  numbersAttr,
  numbersFrom,
  stringAttr,
} from '../op.ts';
import { axisOf, broadcastShape, elements, type HostTensor, hostTensor, stridesOf, walk, zeros } from '../tensor.ts';

const withShape = (t: HostTensor, shape: readonly number[]): HostTensor => hostTensor(t.dtype, shape, t.data);

/** Copies the elements at `base + Σ index·stride` of the source: transpose, slice, expand. */
function gatherStrided(t: HostTensor, shape: readonly number[], strides: readonly number[], base = 0): HostTensor {
  const data = zeros(shape);
  walk(shape, [strides], (i, [o = 0]) => {
    data[i] = t.data[base + o] as number;
  });
  return hostTensor(t.dtype, shape, data);
}

export function transpose(t: HostTensor, perm: readonly number[]): HostTensor {
  if (perm.length !== t.shape.length || [...perm].sort((a, b) => a - b).some((p, i) => p !== i))
    throw new RangeError(`perm [${perm}] of [${t.shape}]`);
  const s = stridesOf(t.shape);
  return gatherStrided(
    t,
    perm.map((p) => t.shape[p] as number),
    perm.map((p) => s[p] as number),
  );
}

/** ONNX Reshape: 0 copies the input's extent (unless allowzero), −1 takes what is left. */
export function resolveShape(from: readonly number[], to: readonly number[], allowZero = false): number[] {
  const shape = to.map((d, i) => (d === 0 && !allowZero ? (from[i] ?? 0) : d));
  const known = shape.filter((d) => d !== -1).reduce((a, b) => a * b, 1);
  const result = shape.map((d) => (d === -1 ? numel(from) / known : d));
  if (numel(result) !== numel(from) || result.some((d) => !Number.isInteger(d) || d < 0))
    throw new RangeError(`[${from}] cannot be reshaped to [${to}]`);
  return result;
}

export function flattenShape(shape: readonly number[], axis: number): number[] {
  const a = axis < 0 ? axis + shape.length : axis;
  if (!(a >= 0 && a <= shape.length)) throw new RangeError(`axis ${axis} of [${shape}]`);
  return [numel(shape.slice(0, a)), numel(shape.slice(a))];
}

export function squeezeShape(shape: readonly number[], axes: readonly number[] | undefined): number[] {
  const drop = axes?.map((a) => axisOf(a, shape.length));
  return shape.filter((d, i) => (drop ? !drop.includes(i) : d !== 1));
}

export function unsqueezeShape(shape: readonly number[], axes: readonly number[]): number[] {
  const rank = shape.length + axes.length;
  const at = new Set(axes.map((a) => axisOf(a, rank)));
  const rest = [...shape];
  return Array.from({ length: rank }, (_, i) => (at.has(i) ? 1 : (rest.shift() ?? 1)));
}

const slice: HostOp = (call) => {
  const t = input(call, 0);
  const starts = numbersFrom(call, 'starts', 1) ?? [];
  const ends = numbersFrom(call, 'ends', 2) ?? [];
  const axes = numbersFrom(call, 'axes', 3) ?? starts.map((_, i) => i);
  const steps = call.inputs[4] ? [...call.inputs[4].data] : starts.map(() => 1);
  const strides = stridesOf(t.shape);
  const shape = [...t.shape];
  let base = 0;
  axes.forEach((ax, k) => {
    const a = axisOf(ax, t.shape.length);
    const n = t.shape[a] as number;
    const step = steps[k] ?? 1;
    if (!Number.isInteger(step) || step === 0) throw new RangeError(`step ${step}`);
    const bound = (v: number): number => Math.min(Math.max(v < 0 ? v + n : v, step < 0 ? -1 : 0), step < 0 ? n - 1 : n);
    const from = bound(starts[k] ?? 0);
    const end = ends[k] ?? n;
    const to = step < 0 && end < -n ? -1 : bound(end);
    shape[a] = Math.max(0, Math.ceil((to - from) / step));
    base += from * (strides[a] as number);
    strides[a] = (strides[a] as number) * step;
  });
  return [gatherStrided(t, shape, strides, base)];
};

const concat: HostOp = (call) => {
  const all = call.inputs.filter((t) => t !== undefined);
  const first = input(call, 0);
  const rank = first.shape.length;
  const axis = axisOf(numberAttr(call.attrs, 'axis', 0), first.shape.length);
  if (all.some((t) => t.shape.length !== rank || t.shape.some((d, i) => i !== axis && d !== first.shape[i])))
    throw new RangeError(`its inputs differ on other axes: ${all.map((t) => `[${t.shape}]`).join(', ')}`);
  const outer = numel(first.shape.slice(0, axis));
  const total = all.reduce((n, t) => n + (t.shape[axis] ?? 0), 0);
  const shape = first.shape.map((d, i) => (i === axis ? total : d));
  const data = zeros(shape);
  let at = 0;
  for (let o = 0; o < outer; o++) {
    for (const t of all) {
      const run = t.data.length / outer;
      data.set(t.data.subarray(o * run, (o + 1) * run), at);
      at += run;
    }
  }
  return [hostTensor(first.dtype, shape, data)];
};

const gather: HostOp = (call) => {
  const [t, index] = [input(call, 0), input(call, 1)];
  const axis = axisOf(numberAttr(call.attrs, 'axis', 0), t.shape.length);
  const n = t.shape[axis] as number;
  const inner = numel(t.shape.slice(axis + 1));
  const outer = numel(t.shape.slice(0, axis));
  const shape = [...t.shape.slice(0, axis), ...index.shape, ...t.shape.slice(axis + 1)];
  const data = zeros(shape);
  let at = 0;
  for (let o = 0; o < outer; o++) {
    for (const raw of index.data) {
      if (!(raw >= -n && raw < n)) throw new RangeError(`index ${raw} of axis ${axis} of [${t.shape}]`);
      const from = (o * n + (raw < 0 ? raw + n : raw)) * inner;
      data.set(t.data.subarray(from, from + inner), at);
      at += inner;
    }
  }
  return [hostTensor(t.dtype, shape, data)];
};

const pad: HostOp = (call) => {
  const t = input(call, 0);
  const pads = numbersFrom(call, 'pads', 1) ?? [];
  const value = call.inputs[2]?.data[0] ?? numberAttr(call.attrs, 'value', 0);
  const rank = t.shape.length;
  const axes = call.inputs[3] ? [...call.inputs[3].data].map((a) => axisOf(a, rank)) : t.shape.map((_, i) => i);
  if (pads.length !== 2 * axes.length || pads.some((p) => !Number.isInteger(p)))
    throw new RangeError(`pads [${pads}] for ${axes.length} axes`);
  if (pads.some((p) => p < 0)) throw new RangeError('negative pads are not supported');
  if (stringAttr(call.attrs, 'mode', 'constant') !== 'constant')
    throw new RangeError('only constant padding is supported');
  const before = t.shape.map((_, i) => (axes.includes(i) ? (pads[axes.indexOf(i)] ?? 0) : 0));
  const after = t.shape.map((_, i) => (axes.includes(i) ? (pads[axes.indexOf(i) + axes.length] ?? 0) : 0));
  const shape = t.shape.map((d, i) => d + (before[i] ?? 0) + (after[i] ?? 0));
  const strides = stridesOf(shape);
  const data = zeros(shape).fill(value);
  const base = before.reduce((sum, b, i) => sum + b * (strides[i] ?? 0), 0);
  walk(t.shape, [strides], (i, [o = 0]) => {
    data[base + o] = t.data[i] as number;
  });
  return [hostTensor(t.dtype, shape, data)];
};

const expand = (t: HostTensor, to: readonly number[]): HostTensor => {
  const rank = Math.max(t.shape.length, to.length);
  const own = [...new Array<number>(rank - t.shape.length).fill(1), ...t.shape];
  const want = [...new Array<number>(rank - to.length).fill(1), ...to];
  const strides = stridesOf(own);
  const shape = broadcastShape(own, want);
  return gatherStrided(
    t,
    shape,
    strides.map((s, i) => (own[i] === 1 ? 0 : s)),
  );
};

const split = (call: HostCall): HostTensor[] => {
  const t = input(call, 0);
  const axis = axisOf(numberAttr(call.attrs, 'axis', 0), t.shape.length);
  const n = t.shape[axis] as number;
  const even = Math.ceil(n / call.outputs);
  const sizes =
    numbersFrom(call, 'split', 1) ?? Array.from({ length: call.outputs }, (_, i) => Math.min(even, n - i * even));
  const strides = stridesOf(t.shape);
  if (sizes.length !== call.outputs || sizes.some((v) => !(v >= 0)) || sizes.reduce((a, b) => a + b, 0) !== n)
    throw new RangeError(`parts [${sizes}] of axis ${axis} of [${t.shape}] for ${call.outputs} outputs`);
  let at = 0;
  return sizes.map((size) => {
    const part = gatherStrided(
      t,
      t.shape.map((d, i) => (i === axis ? size : d)),
      strides,
      at * (strides[axis] ?? 0),
    );
    at += size;
    return part;
  });
};

/** The reshape and transpose that define it. */
const depthToSpace: HostOp = (call) => {
  const t = input(call, 0);
  const [n = 1, c = 1, h = 1, w = 1] = t.shape;
  const b = numberAttr(call.attrs, 'blocksize', 1);
  const d = c / (b * b);
  if (t.shape.length !== 4 || !Number.isInteger(d)) throw new RangeError(`blocks of ${b} of [${t.shape}]`);
  const dcr = stringAttr(call.attrs, 'mode', 'DCR') === 'DCR';
  const split = withShape(t, dcr ? [n, b, b, d, h, w] : [n, d, b, b, h, w]);
  return [withShape(transpose(split, dcr ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3]), [n, d, h * b, w * b])];
};

/** A vector of integers, as operators take shapes and axes. */
export const int64 = (values: readonly number[]): HostTensor => hostTensor('int64', [values.length], values);

export const shaping: HostOps = {
  Shape: (call) => [int64(input(call, 0).shape)],
  Size: (call) => [hostTensor('int64', [], [input(call, 0).data.length])],
  Reshape: (call) => {
    const t = input(call, 0);
    const to = numbersFrom(call, 'shape', 1) ?? [];
    return [withShape(t, resolveShape(t.shape, to, numberAttr(call.attrs, 'allowzero', 0) === 1))];
  },
  Flatten: (call) => [withShape(input(call, 0), flattenShape(input(call, 0).shape, numberAttr(call.attrs, 'axis', 1)))],
  Squeeze: (call) => [withShape(input(call, 0), squeezeShape(input(call, 0).shape, numbersFrom(call, 'axes', 1)))],
  Unsqueeze: (call) => [
    withShape(input(call, 0), unsqueezeShape(input(call, 0).shape, numbersFrom(call, 'axes', 1) ?? [])),
  ],
  Transpose: (call) => {
    const t = input(call, 0);
    return [transpose(t, numbersAttr(call.attrs, 'perm') ?? t.shape.map((_, i) => t.shape.length - 1 - i))];
  },
  Concat: concat,
  Gather: gather,
  Slice: slice,
  Pad: pad,
  Split: split,
  DepthToSpace: depthToSpace,
  Expand: (call) => [expand(input(call, 0), [...input(call, 1).data])],
  ConstantOfShape: (call) => {
    const shape = [...input(call, 0).data];
    const value = call.attrs['value'];
    const fill = Array.isArray(value) ? Number(value[0]) : 0;
    return [hostTensor('float32', shape, zeros(shape).fill(fill))];
  },
  Range: (call) => {
    const [from = 0, to = 0, step = 1] = [0, 1, 2].map((i) => input(call, i).data[0] ?? 0);
    const n = elements([Math.max(0, Math.ceil((to - from) / step))]);
    return [
      hostTensor(
        input(call, 0).dtype,
        [n],
        Array.from({ length: n }, (_, i) => from + i * step),
      ),
    ];
  },
};
