import { DiagnosticError } from '../../../diag/diagnostic.ts';
import { floatWeights } from '../../../diag/messages-import.ts';
import { int64, transpose } from '../../../host/ops/shape.ts';
import { type DType, type HostTensor, isFloat } from '../../../host/tensor.ts';
import { constant } from '../../../ir/builder.ts';
import { add, fromNumber, mul, type Rational, rational, sign, ZERO } from '../../../num/rational.ts';
import { numel } from '../../../num/tensor.ts';
import { type ConstFolder, type IntegerWeights, integerWeights } from '../consts.ts';
import type { OnnxNode } from '../load.ts';
import { type Affine, affine } from '../steps.ts';
import type { Stream, Value } from '../values.ts';
import { contiguous, offsets, type View, viewShape } from '../view.ts';
import { affineAlong } from './along.ts';
import { type Call, refuse } from './operator.ts';

/** Integer weights [rows, cols] or the diagnostic that they are real numbers. */
export function weightsOf(folder: ConstFolder, node: OnnxNode, t: HostTensor, rows: number): IntegerWeights {
  const w = integerWeights(folder, t, rows);
  if (typeof w === 'number') throw new DiagnosticError([floatWeights(node.name, node.op, w)]);
  return w;
}

const at = (v: readonly Rational[], i: number): Rational => (v.length === 1 ? v[0] : v[i]) as Rational;

/**
 * The real value of a product: input = a·q + b[k], weights = s[m]·w → a·s[m]·acc[m] + s[m]·Σ_k b[k]·w[m, k].
 * `b` is in the order of the columns.
 */
export function productAffine(input: Affine, b: readonly Rational[], w: IntegerWeights, rows: number): Affine {
  const a = input.a[0] as Rational;
  const cols = w.data.length / rows;
  const gains = w.scale.map((s) => mul(a, s));
  if (b.every((x) => sign(x) === 0)) return affine(gains, [ZERO]);
  const shifts = Array.from({ length: rows }, (_, m) => {
    const row = w.data.subarray(m * cols, (m + 1) * cols);
    const sum =
      b.length === 1
        ? mul(b[0] as Rational, fromNumber(row.reduce((x, y) => x + y, 0)))
        : row.reduce((x, v, k) => add(x, mul(at(b, k), fromNumber(v))), rational(0n));
    return mul(at(w.scale, m), sum);
  });
  return affine(gains, shifts);
}

/** Folds weights through the operators that only move elements, so that their codes are kept. */
export function moved(
  call: Call,
  t: HostTensor,
  op: string,
  attrs: OnnxNode['attrs'],
  extra: readonly HostTensor[] = [],
): HostTensor {
  const node: OnnxNode = { ...call.node, op, attrs, outputs: ['w'] };
  return call.folder.fold(node, [t, ...extra])?.[0] ?? transpose(t, []);
}

/** x [… , K] · w [K, M] for a stream x and constant w. */
export function streamTimes(call: Call, x: Stream, w: HostTensor): Value[] {
  const { ctx, node } = call;
  const shape = viewShape(x.view);
  if (w.shape.length !== 2 && !(w.shape.length > 2 && w.shape.slice(0, -2).every((d) => d === 1))) {
    refuse(call, `its weights have shape [${w.shape}]`, 'weights of a matrix product are one matrix');
  }
  const flat = moved(call, w, 'Reshape', {}, [int64(w.shape.slice(-2))]);
  const [cols = 1, rows = 1] = flat.shape;
  if (shape.at(-1) !== cols) throw new RangeError(`an input of [${shape}] and weights of [${w.shape}] do not multiply`);
  const lin = ctx.linear(x, node);
  if (lin.affine.a.length > 1) refuse(call, 'its input has one scale per channel', 'quantise its input per tensor');
  const to = { view: contiguous(shape), channels: cols };
  const columns = affineAlong(call, lin, x.view, to, 'its rows have offsets of their own');
  const { value, order } = positionsOf(call, x, lin.value, cols);
  const logical = weightsOf(call.folder, node, moved(call, flat, 'Transpose', { perm: [1, 0] }), rows);
  const data = order ? permuteColumns(logical.data, rows, cols, order) : logical.data;
  const step = productAffine(lin.affine, columns.b, logical, rows);
  const out = ctx.builder.node({
    op: 'dense',
    name: node.name,
    attrs: { groups: 1 },
    inputs: [value],
    consts: { weight: constant([rows, cols], data, logical.elem) },
    origin: [node.name],
  });
  const outer = rescale(order ? x.view.slice(0, -1) : undefined, shape.slice(0, -1), cols, rows);
  const view: View = [...outer, rows === 1 ? [] : [{ size: rows, stride: 1 }]];
  const dtype: DType = isFloat(x.dtype) || isFloat(w.dtype) ? 'float32' : 'int32';
  // Leading axes of extent 1 that only the weights have.
  const lead: View = Array.from({ length: Math.max(0, w.shape.length - Math.max(2, x.view.length)) }, () => []);
  return [{ kind: 'stream', base: { kind: 'ir', value: out }, steps: [step], view: [...lead, ...view], dtype }];
}

/**
 * The input as rows of `cols` elements. Columns may lie in any order as long as each position's lie together: `order`
 * then says where column k is, and the weights follow. Without it the data were moved into model order.
 */
function positionsOf(
  call: Call,
  x: Stream,
  value: string,
  cols: number,
): { readonly value: string; readonly order?: readonly number[] } {
  const { ctx, node } = call;
  const outerAxes = x.view.map((_, i) => i).slice(0, -1);
  const inner = offsets(x.view, [x.view.length - 1]);
  const positions = numel(viewShape(x.view).slice(0, -1));
  const shape = positions === 1 ? [cols] : [positions, cols];
  const together = inner.every((o) => o < cols) && (positions === 1 || ordered(x.view, outerAxes, cols));
  if (together) return { value: ctx.reshaped(value, shape, node), order: inner };
  return { value: ctx.arranged(value, x, [...outerAxes, x.view.length - 1], shape, node) };
}

/** Every factor of the outer axes strides over whole rows. */
const ordered = (view: View, axes: readonly number[], cols: number): boolean =>
  axes.every((a) => (view[a] ?? []).every((f) => f.stride % cols === 0));

/** Outer axes of the result: the same positions, `rows` instead of `cols` apart. */
function rescale(outer: View | undefined, shape: readonly number[], cols: number, rows: number): View {
  if (outer) return outer.map((axis) => axis.map((f) => ({ size: f.size, stride: (f.stride / cols) * rows })));
  let stride = shape.reduce((a, b) => a * b, rows);
  return shape.map((size) => {
    stride /= size;
    return size === 1 ? [] : [{ size, stride }];
  });
}

function permuteColumns(data: Int32Array, rows: number, cols: number, order: readonly number[]): Int32Array {
  const out = new Int32Array(data.length);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < cols; c++) out[r * cols + (order[c] as number)] = data[r * cols + c] as number;
  return out;
}

export const flipped = (s: Stream): Stream => ({ ...s, view: [...s.view].reverse() });
