import { numberAttr } from '../../../host/op.ts';
import { type HostTensor, isFloat } from '../../../host/tensor.ts';
import { add, div, fromNumber, mul, neg, type Rational, rational, sign, sub } from '../../../num/rational.ts';
import { channelOperand, channelOperands } from '../channels.ts';
import type { Linear } from '../context.ts';
import { exactStream, originOf } from '../real.ts';
import { inverseSqrt } from '../sqrt.ts';
import { affine, linearForm, negate, type Step, scaleBy, shiftBy, zipRationals } from '../steps.ts';
import type { Stream, Value } from '../values.ts';
import { contiguous, isContiguous, sameView, type View, viewShape } from '../view.ts';
import { UNBOUNDED } from './activation.ts';
import { affineAlong } from './along.ts';
import {
  centred,
  gated,
  inverted,
  normalisedBy,
  polynomialProduct,
  polynomialSum,
  power,
  root,
  sameStream,
} from './formula.ts';
import { commonGrid } from './grid.ts';
import { gatesBySum, weighted } from './largest.ts';
import { finiteMask } from './mask.ts';
import {
  apply,
  type Call,
  constAt,
  needConst,
  possible,
  refuse,
  type StreamOperator,
  type StreamOperators,
  streamAt,
} from './operator.ts';
import { uniform } from './uniform.ts';

/** stream ∘ constant in either order: `make` turns the constant's per-channel values into an affine step. */
function withConstant(
  call: Call,
  make: (values: readonly Rational[], constFirst: boolean) => Step | undefined,
): Value[] | undefined {
  const constFirst = constAt(call, 0) !== undefined;
  const s = streamAt(call, constFirst ? 1 : 0);
  const t = constAt(call, constFirst ? 0 : 1);
  if (!s || !t) return undefined;
  const operand = channelOperand(call.ctx, call.folder, s, t, call.node);
  const step = make(operand.values, constFirst);
  const dtype = isFloat(t.dtype) ? t.dtype : s.dtype;
  return step && [{ ...apply(operand.stream, step), dtype }];
}

const addition: StreamOperator = (call) =>
  withConstant({ ...call, inputs: call.inputs.map(finite) }, (v) => shiftBy(v)) ??
  pair(call, polynomialSum) ??
  addStreams(call, streamAt(call, 0), streamAt(call, 1), 1);

/** A mask's −∞ as a number. */
const finite = (v: Value | undefined): Value | undefined =>
  v?.kind === 'const' ? { ...v, tensor: finiteMask(v.tensor) } : v;

const subtraction: StreamOperator = (call) =>
  withConstant(call, (v, constFirst) => (constFirst ? affine([rational(-1n)], v) : shiftBy(v.map(neg)))) ??
  pair(call, centred) ??
  addStreams(call, streamAt(call, 0), streamAt(call, 1), -1);

const multiplication: StreamOperator = (call) =>
  withConstant(call, (v) => scaleBy(v)) ??
  pair(call, (a, b) => normalisedBy(call, a, b, false) ?? normalisedBy(call, b, a, false)) ??
  pair(call, (a, b) => exactSquare(call, a, b) ?? polynomialProduct(a, b)) ??
  pair(call, gated) ??
  pair(call, weighted) ??
  pair(call, (a, b) => multiplied(call, a, b));

/** Both operands, where both are streams. */
function pair(call: Call, f: (a: Stream, b: Stream) => Value[] | undefined): Value[] | undefined {
  const [a, b] = [streamAt(call, 0), streamAt(call, 1)];
  return a && b && f(a, b);
}

/** x · x, part of a formula or a product like any other. */
function exactSquare(call: Call, a: Stream, b: Stream): Value[] | undefined {
  const product = sameStream(a, b) ? possible(() => multiplied(call, a, b))?.[0] : undefined;
  const origin = product && originOf(polynomialProduct(a, b)?.[0])?.of;
  return product?.kind === 'stream' && origin ? [exactStream(origin, product, call.ctx.channels(product))] : undefined;
}

/** Element by element; undefined where the shapes differ or a quantiser is missing. */
function multiplied(call: Call, a: Stream, b: Stream): Value[] | undefined {
  const unready = (s: Stream): boolean => s.base.kind === 'real' || typeof linearForm(s.steps) === 'string';
  if (unready(a) || unready(b) || viewShape(a.view).join() !== viewShape(b.view).join()) return undefined;
  const [x, y] = [uniform(call, a), uniform(call, b)];
  const { view, values } = together(call, [x.value, y.value], [a.view, b.view]);
  const value = call.ctx.builder.node({
    op: 'multiply',
    name: call.node.name,
    attrs: {},
    inputs: values,
    origin: [call.node.name],
  });
  return [{ ...a, base: { kind: 'ir', value }, steps: [scaleBy([mul(x.scale, y.scale)])], view }];
}

const division: StreamOperator = (call) => {
  const quotient = quotientOf(call);
  // Integers divide as in C: the fraction is cut off.
  return quotient?.map((v) =>
    v.kind === 'stream' && !isFloat(v.dtype)
      ? apply(v, { kind: 'round', mode: 'DOWN', lo: -UNBOUNDED, hi: UNBOUNDED })
      : v,
  );
};

const quotientOf: StreamOperator = (call) =>
  oneOver(call) ??
  pair(call, gatesBySum) ??
  pair(call, (a, b) => normalisedBy(call, a, b, true)) ??
  withConstant(call, (v, constFirst) => {
    if (constFirst) return undefined;
    if (v.some((x) => sign(x) === 0)) throw new RangeError('division by zero');
    return scaleBy(v.map((x) => div(rational(1n), x)));
  });

const oneOver: StreamOperator = (call) => {
  const [one, s] = [constAt(call, 0), streamAt(call, 1)];
  return one && s && one.data.every((v) => v === 1) ? inverted(s) : undefined;
};

/** a ± b of two streams of one shape: integer multiples of a common grid, exact. */
function addStreams(
  call: Call,
  left: Stream | undefined,
  right: Stream | undefined,
  factor: 1 | -1,
): Value[] | undefined {
  if (!left || !right) return undefined;
  const { ctx, node } = call;
  const rank = Math.max(left.view.length, right.view.length);
  const ranked = (s: Stream): View => [...Array.from({ length: rank - s.view.length }, () => []), ...s.view];
  const [p, q] = [ranked(left), ranked(right)];
  if (viewShape(p).join() !== viewShape(q).join())
    refuse(call, `its two streams have shapes [${viewShape(p)}] and [${viewShape(q)}]`, 'broadcast only constants');
  const [x, y] = [ctx.linear(left, node), ctx.linear(right, node)];
  if (x.affine.a.length > 1 || y.affine.a.length > 1) {
    refuse(call, 'an operand has one scale per channel', 'quantise it per tensor before the addition');
  }
  const { g, mulA, mulB } = commonGrid(call, x, y, factor);
  // Rows of few channels, where no offset differs within the longer ones.
  const rows = (l: Linear): number => ctx.builder.type(l.value).shape.at(-1) ?? 1;
  const shorter = x.affine.b.length === 1 && rows(y) < rows(x) ? 1 : 0;
  const { view, shape, values } = together(call, [x.value, y.value], [p, q], shorter);
  const value = ctx.builder.node({
    op: 'add',
    name: node.name,
    attrs: { mulA, mulB, offset: 0 },
    inputs: values,
    origin: [node.name],
  });
  const channels = shape.at(-1) ?? 1;
  const along = (l: Linear, from: View): readonly Rational[] =>
    affineAlong(call, l, from, { view, channels }, 'its operands have offsets along different axes').b;
  const offset = zipRationals(along(x, p), along(y, q), (r, s) => (factor === 1 ? add(r, s) : sub(r, s)));
  return [{ kind: 'stream', base: { kind: 'ir', value }, steps: [affine([g], offset)], view, dtype: left.dtype }];
}

/** Two values of one logical shape (of the value `like` where they lie alike) in one memory order: that of either of them where it is plain, else the model's. */
function together(
  call: Call,
  values: readonly [string, string],
  views: readonly [View, View],
  like: 0 | 1 = 0,
): { readonly view: View; readonly shape: readonly number[]; readonly values: readonly string[] } {
  const { ctx, node } = call;
  const [a, b] = views;
  const shapeOf = (i: 0 | 1): readonly number[] => ctx.builder.type(values[i]).shape;
  if (sameView(a, b)) {
    const shape = shapeOf(like);
    return { view: a, shape, values: values.map((v) => ctx.reshaped(v, shape, node)) };
  }
  const plain = (v: View): boolean => isContiguous(v, memoryOrder(v));
  if (plain(a)) {
    const moved = ctx.arranged(values[1], { view: b }, memoryOrder(a), shapeOf(0), node);
    return { view: a, shape: shapeOf(0), values: [values[0], moved] };
  }
  if (plain(b)) {
    const moved = ctx.arranged(values[0], { view: a }, memoryOrder(b), shapeOf(1), node);
    return { view: b, shape: shapeOf(1), values: [moved, values[1]] };
  }
  const axes = a.map((_, i) => i);
  const shape = viewShape(a);
  const moved = values.map((v, i) => ctx.arranged(v, { view: views[i] ?? a }, axes, shape, node));
  return { view: contiguous(shape), shape, values: moved };
}

/** The axes of a view from the outermost in memory to the innermost. */
function memoryOrder(view: View): number[] {
  const outer = (axis: number): number => view[axis]?.[0]?.stride ?? 0;
  return view.map((_, i) => i).sort((p, q) => outer(q) - outer(p) || p - q);
}

const batchNorm: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  if (!s) return undefined;
  if (numberAttr(call.node.attrs, 'training_mode', 0) === 1 && call.node.outputs.length > 1)
    refuse(call, 'it is in training mode', 'export the model for inference');
  const rank = s.view.length;
  const shaped = (t: HostTensor): HostTensor => ({
    ...t,
    shape: [t.data.length, ...new Array<number>(Math.max(0, rank - 2)).fill(1)],
  });
  const constants = ['scale', 'bias', 'mean', 'variance'].map((what, i) =>
    shaped(needConst(call, i + 1, `its ${what}`)),
  );
  const { stream, values } = channelOperands(call.ctx, call.folder, s, constants, call.node);
  const [gain = [], bias = [], mean = [], variance = []] = values;
  const eps = fromNumber(Math.fround(numberAttr(call.node.attrs, 'epsilon', 1e-5)));
  const root = variance.map((v) => {
    const sum = add(v, eps);
    if (sign(sum) <= 0) throw new RangeError('its variance is not positive');
    return inverseSqrt(sum);
  });
  const a = zipRationals(gain, root, mul);
  const b = zipRationals(bias, zipRationals(a, mean, mul), sub);
  return [apply(stream, affine(a, b))];
};

const same: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  return s && [s];
};

const pow: StreamOperator = (call) => {
  const [s, exponent] = [streamAt(call, 0), constAt(call, 1)];
  return s && exponent?.data.length === 1 ? power(s, exponent.data[0] ?? 1) : undefined;
};

const onStream =
  (f: (s: Stream) => Value[] | undefined): StreamOperator =>
  (call) => {
    const s = streamAt(call, 0);
    return s && f(s);
  };

export const arithmetic: StreamOperators = {
  Add: addition,
  Sub: subtraction,
  Mul: multiplication,
  Div: division,
  Neg: (call) => {
    const s = streamAt(call, 0);
    return s && [apply(s, negate)];
  },
  Pow: pow,
  Sqrt: onStream((s) => root(s, false)),
  Reciprocal: onStream(inverted),
  BatchNormalization: batchNorm,
  Identity: same,
  Dropout: same,
  DebugMarker: same,
};
