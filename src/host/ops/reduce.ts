import { numel } from '../../num/tensor.ts';
import { type HostCall, type HostOp, type HostOps, input, numberAttr, numbersFrom } from '../op.ts';
import { axisOf, type HostTensor, hostTensor, zeros } from '../tensor.ts';
import { transpose } from './shape.ts';

/** Calls `f` with each line of a tensor along one axis: a copy of the line in, replacement values out. */
function mapLines(
  t: HostTensor,
  axis: number,
  length: number,
  f: (line: Float64Array) => ArrayLike<number>,
): HostTensor {
  const n = t.shape[axis] ?? 1;
  const inner = numel(t.shape.slice(axis + 1));
  const outer = numel(t.shape.slice(0, axis));
  const shape = t.shape.map((d, i) => (i === axis ? length : d));
  const data = zeros(shape);
  const line = new Float64Array(n);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      for (let k = 0; k < n; k++) line[k] = t.data[(o * n + k) * inner + i] as number;
      const result = f(line);
      for (let k = 0; k < length; k++) data[(o * length + k) * inner + i] = result[k] as number;
    }
  }
  return hostTensor(t.dtype, shape, data);
}

function softmaxLine(line: Float64Array, log: boolean): Float64Array {
  const max = line.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const sum = line.reduce((s, v) => s + Math.exp(v - max), 0);
  return line.map((v) => (log ? v - max - Math.log(sum) : Math.exp(v - max) / sum));
}

/** Before opset 13 softmax flattened everything from `axis` on (default 1); since then it acts on one axis (default −1). */
const softmax =
  (log: boolean): HostOp =>
  (call) => {
    const t = input(call, 0);
    const old = call.opset < 13;
    const axis = axisOf(numberAttr(call.attrs, 'axis', old ? 1 : -1), t.shape.length);
    if (!old) return [mapLines(t, axis, t.shape[axis] ?? 1, (l) => softmaxLine(l, log))];
    const flat = hostTensor(t.dtype, [numel(t.shape.slice(0, axis)), numel(t.shape.slice(axis))], t.data);
    const result = mapLines(flat, 1, flat.shape[1] ?? 1, (l) => softmaxLine(l, log));
    return [hostTensor(t.dtype, t.shape, result.data)];
  };

const argExtreme =
  (direction: 1 | -1): HostOp =>
  (call) => {
    const t = input(call, 0);
    const axis = axisOf(numberAttr(call.attrs, 'axis', 0), t.shape.length);
    const last = numberAttr(call.attrs, 'select_last_index', 0) === 1;
    const better = (a: number, b: number): boolean => (last ? direction * (a - b) >= 0 : direction * (a - b) > 0);
    const best = mapLines(t, axis, 1, (line) => {
      let at = 0;
      for (let i = 1; i < line.length; i++) if (better(line[i] as number, line[at] as number)) at = i;
      return [at];
    });
    const keep = numberAttr(call.attrs, 'keepdims', 1) === 1;
    return [hostTensor('int64', keep ? best.shape : best.shape.filter((_, i) => i !== axis), best.data)];
  };

/** Ties go to the lower index. */
const topK: HostOp = (call) => {
  const t = input(call, 0);
  const axis = axisOf(numberAttr(call.attrs, 'axis', -1), t.shape.length);
  const k = call.inputs[1]?.data[0] ?? numberAttr(call.attrs, 'k', 1);
  if (!(k >= 1 && k <= (t.shape[axis] ?? 1))) throw new RangeError(`k=${k} of axis ${axis} of [${t.shape}]`);
  const direction = numberAttr(call.attrs, 'largest', 1) === 1 ? 1 : -1;
  const order = (line: Float64Array): number[] =>
    [...line.keys()].sort((a, b) => direction * ((line[b] as number) - (line[a] as number)) || a - b).slice(0, k);
  const values = mapLines(t, axis, k, (line) => order(line).map((i) => line[i] as number));
  const indices = mapLines(t, axis, k, order);
  return [values, hostTensor('int64', indices.shape, indices.data)];
};

const reduction =
  (f: (values: Float64Array) => number): HostOp =>
  (call: HostCall) => {
    const t = input(call, 0);
    const rank = t.shape.length;
    const named = numbersFrom(call, 'axes', 1);
    if (!named?.length && numberAttr(call.attrs, 'noop_with_empty_axes', 0) === 1) return [t];
    const axes = (named?.length ? named : t.shape.map((_, i) => i)).map((a) => axisOf(a, rank));
    const rest = t.shape.map((_, i) => i).filter((i) => !axes.includes(i));
    const count = numel(axes.map((a) => t.shape[a] ?? 1));
    const moved = mapToLast(t, rest, axes);
    const n = moved.length / count;
    const data = Float64Array.from({ length: n }, (_, i) => f(moved.subarray(i * count, (i + 1) * count)));
    const keep = numberAttr(call.attrs, 'keepdims', 1) === 1;
    const shape = keep ? t.shape.map((d, i) => (axes.includes(i) ? 1 : d)) : rest.map((i) => t.shape[i] ?? 1);
    return [hostTensor(t.dtype, shape, data)];
  };

const mapToLast = (t: HostTensor, rest: readonly number[], axes: readonly number[]): Float64Array =>
  transpose(t, [...rest, ...axes]).data;

const sum = (v: Float64Array): number => v.reduce((a, b) => a + b, 0);

export const reductions: HostOps = {
  Softmax: softmax(false),
  LogSoftmax: softmax(true),
  ArgMax: argExtreme(1),
  ArgMin: argExtreme(-1),
  TopK: topK,
  ReduceSum: reduction(sum),
  ReduceMean: reduction((v) => sum(v) / v.length),
  ReduceMax: reduction((v) => v.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)),
  ReduceMin: reduction((v) => v.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)),
  ReduceProd: reduction((v) => v.reduce((a, b) => a * b, 1)),
};
