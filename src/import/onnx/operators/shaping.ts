import { numberAttr, numbersAttr, stringAttr } from '../../../host/op.ts';
import { flattenShape, resolveShape, squeezeShape, unsqueezeShape } from '../../../host/ops/shape.ts';
import { axisOf } from '../../../host/tensor.ts';
import { constant } from '../../../ir/builder.ts';
import { div, equals, gcdOf, ONE, type Rational, sign } from '../../../num/rational.ts';
import { numel } from '../../../num/tensor.ts';
import type { Linear } from '../context.ts';
import { type Affine, affine, scaleBy } from '../steps.ts';
import type { Stream, Value } from '../values.ts';
import { contiguous, offsets, reshapeView, transposeView, type View, viewShape } from '../view.ts';
import { affineAlong } from './along.ts';
import {
  type Call,
  constAt,
  needConst,
  refuse,
  type StreamOperator,
  type StreamOperators,
  streamAt,
} from './operator.ts';
import { uniform } from './uniform.ts';

/** Integers given as an attribute in old opsets, as a constant input in newer ones. */
function integers(call: Call, name: string, i: number): number[] | undefined {
  if (call.inputs[i]) return [...needConst(call, i, `its ${name}`).data];
  return numbersAttr(call.node.attrs, name);
}

/** The stream under another shape; data are put in model order first where the view alone cannot express it. */
function reshaped(call: Call, s: Stream, shape: readonly number[]): Stream {
  const view = reshapeView(s.view, shape);
  if (view) return { ...s, view };
  const { ctx, node } = call;
  const lin = ctx.linear(s, node);
  if (lin.affine.a.length > 1 || lin.affine.b.length > 1)
    refuse(call, 'it mixes channels that have scales of their own', 'quantise before it');
  const axes = s.view.map((_, i) => i);
  const value = ctx.arranged(lin.value, s, axes, [numel(shape)], node);
  return { ...s, base: { kind: 'ir', value }, steps: [lin.affine], view: contiguous(shape) };
}

const reshape: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  if (!s) return undefined;
  const from = viewShape(s.view);
  const to = integers(call, 'shape', 1) ?? [];
  return [reshaped(call, s, resolveShape(from, to, numberAttr(call.node.attrs, 'allowzero', 0) === 1))];
};

const withShape =
  (f: (shape: readonly number[], call: Call) => readonly number[]): StreamOperator =>
  (call) => {
    const s = streamAt(call, 0);
    return s && [reshaped(call, s, f(viewShape(s.view), call))];
  };

const transpose: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  if (!s) return undefined;
  const perm = numbersAttr(call.node.attrs, 'perm') ?? s.view.map((_, i) => s.view.length - 1 - i);
  if ([...perm].sort((a, b) => a - b).some((p, i) => p !== i) || perm.length !== s.view.length)
    throw new RangeError(`perm [${perm}] of ${s.view.length} axes`);
  return [{ ...s, view: transposeView(s.view, perm) }];
};

/** One affine for all parts: the finest common grid is not searched for, parts that differ get entries of their own. */
function commonAffine(call: Call, parts: readonly { readonly affine: Affine; readonly width: number }[]): Affine {
  const first = parts[0]?.affine as Affine;
  const single = (v: readonly Rational[], w: readonly Rational[]): boolean =>
    v.length === 1 && w.length === 1 && equals(v[0] as Rational, w[0] as Rational);
  if (parts.every((p) => single(p.affine.a, first.a) && single(p.affine.b, first.b))) return first;
  const spread = (pick: (a: Affine) => readonly Rational[]): Rational[] =>
    parts.flatMap(({ affine: p, width }) =>
      Array.from({ length: width }, (_, c) => (pick(p).length === 1 ? pick(p)[0] : pick(p)[c]) as Rational),
    );
  const result = affine(
    spread((p) => p.a),
    spread((p) => p.b),
  );
  if (result.a.some((x) => sign(x) === 0)) refuse(call, 'one of its inputs is constant', 'remove that input');
  return result;
}

/** The affine of one part, its entries along the joined axis. */
function alongAxis(call: Call, s: Stream, linear: Linear, axis: number, rest: readonly number[]): Affine {
  const shape = viewShape(s.view);
  const width = shape[axis] ?? 1;
  const memory = contiguous([...rest, axis].map((i) => shape[i] ?? 1));
  const view = shape.map((_, i) => (i === axis ? memory[rest.length] : memory[rest.indexOf(i)]) ?? []);
  const why = 'it joins another axis than the one that scales and offsets run along';
  return affineAlong(call, linear, s.view, { view, channels: width }, why);
}

/** Constants before one stream: rows that stand in front of its own, such as a class token. */
function prefixed(call: Call): Value[] | undefined {
  const { ctx, node, folder } = call;
  const s = streamAt(call, call.inputs.length - 1);
  const constants = call.inputs.slice(0, -1).map((_, i) => constAt(call, i));
  if (!s || constants.length === 0 || constants.some((t) => !t)) return undefined;
  const shape = viewShape(s.view);
  const axis = axisOf(numberAttr(node.attrs, 'axis', 0), shape.length);
  const order = [axis, ...shape.map((_, i) => i).filter((i) => i !== axis)];
  const rows = constants.flatMap((t) => {
    if (!t || order.slice(1).some((i) => t.shape[i] !== shape[i]))
      throw new RangeError(`a constant of [${t?.shape}] beside [${shape}]`);
    const at = offsets(contiguous(t.shape), order);
    return at.map((o) => folder.exact(t, o));
  });
  const { value, scale } = uniform(call, s);
  const grid = rows.reduce(gcdOf, scale);
  const [gain, codes] = [div(scale, grid), rows.map((r) => Number(div(r, grid).num))];
  const widest = Math.max(...codes.map(Math.abs), Number(gain.num));
  if (widest >= 2 ** 24)
    refuse(call, 'its constant is no multiple of the scale of what it stands before', 'give both one quantiser');
  const scaled = ctx.quantise(value, equals(gain, ONE) ? [] : [scaleBy([gain])], node);
  const width = numel(shape) / (shape[axis] ?? 1);
  const memory = ctx.arranged(scaled, s, order, [shape[axis] ?? 1, width], node);
  const inserted = ctx.builder.node({
    op: 'insert',
    name: node.name,
    attrs: {},
    inputs: [memory],
    consts: { rows: constant([codes.length / width, width], Int32Array.from(codes)) },
    origin: [node.name],
  });
  const joined = (shape[axis] ?? 1) + codes.length / width;
  const run = contiguous([joined, ...order.slice(1).map((i) => shape[i] ?? 1)]);
  const view = shape.map((_, i) => run[order.indexOf(i)] ?? []);
  return [{ ...s, base: { kind: 'ir', value: inserted }, steps: [scaleBy([grid])], view }];
}

/** Concatenation along the channels: memory is brought to […rest, axis] order on each side. */
const concat: StreamOperator = (call) => {
  const { ctx, node } = call;
  const parts = call.inputs.map((_, i) => streamAt(call, i));
  const before = prefixed(call);
  if (before) return before;
  if (parts.some((p) => !p))
    refuse(call, 'some of its inputs are constants or real numbers', 'concatenate quantised activations only');
  const streams = parts.filter((p) => p !== undefined);
  const first = streams[0] as Stream;
  const rank = first.view.length;
  const axis = axisOf(numberAttr(node.attrs, 'axis', 0), rank);
  const rest = first.view.map((_, i) => i).filter((i) => i !== axis);
  const linears = streams.map((s) => ctx.linear(s, node));
  const extents = (s: Stream): string => rest.map((i) => viewShape(s.view)[i]).join();
  if (streams.some((s) => s.view.length !== rank || extents(s) !== extents(first)))
    throw new RangeError(`its inputs differ on other axes: ${streams.map((s) => `[${viewShape(s.view)}]`).join(', ')}`);
  const widths = streams.map((s) => viewShape(s.view)[axis] ?? 1);
  const outer = numel(rest.map((a) => viewShape(first.view)[a] ?? 1));
  const values = streams.map((s, i) =>
    ctx.arranged(linears[i]?.value ?? '', s, [...rest, axis], [outer, widths[i] ?? 1], node),
  );
  const value = values.slice(1).reduce(
    (a, b, i) =>
      ctx.builder.node({
        op: 'concat',
        name: i === values.length - 2 ? node.name : `${node.name}_part`,
        attrs: {},
        inputs: [a, b],
        origin: [node.name],
      }),
    values[0] ?? '',
  );
  const total = widths.reduce((a, b) => a + b, 0);
  const shape = rest.map((a) => viewShape(first.view)[a] ?? 1);
  const memory = contiguous([...shape, total]);
  const view: View = first.view.map((_, i) =>
    i === axis ? (memory[rest.length] ?? []) : (memory[rest.indexOf(i)] ?? []),
  );
  const step = commonAffine(
    call,
    streams.map((s, i) => ({
      affine: alongAxis(call, s, linears[i] as Linear, axis, rest),
      width: widths[i] ?? 1,
    })),
  );
  return [{ ...first, base: { kind: 'ir', value }, steps: [step], view }];
};

/** The shape of a stream is known: exporters compute reshapes from it. */
const shapeOf: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  if (!s) return undefined;
  const shape = viewShape(s.view);
  return [{ kind: 'const', tensor: { dtype: 'int64', shape: [shape.length], data: Float64Array.from(shape) } }];
};

/** DepthToSpace as the reshape and transpose that define it. */
const depthToSpace: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  if (!s) return undefined;
  const [n = 1, c = 1, h = 1, w = 1] = viewShape(s.view);
  const b = numberAttr(call.node.attrs, 'blocksize', 1);
  const dcr = stringAttr(call.node.attrs, 'mode', 'DCR') === 'DCR';
  const split = reshaped(call, s, dcr ? [n, b, b, c / (b * b), h, w] : [n, c / (b * b), b, b, h, w]);
  const perm = dcr ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3];
  return [reshaped(call, { ...split, view: transposeView(split.view, perm) }, [n, c / (b * b), h * b, w * b])];
};

export const shaping: StreamOperators = {
  Reshape: reshape,
  Flatten: withShape((shape, c) => flattenShape(shape, numberAttr(c.node.attrs, 'axis', 1))),
  Squeeze: withShape((shape, c) => squeezeShape(shape, integers(c, 'axes', 1))),
  Unsqueeze: withShape((shape, c) => unsqueezeShape(shape, integers(c, 'axes', 1) ?? [])),
  Transpose: transpose,
  Concat: concat,
  Shape: shapeOf,
  DepthToSpace: depthToSpace,
};
