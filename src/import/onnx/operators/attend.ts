/** Softmax, products of two streams, and attention where a softmax's result goes into a product as it is. */
import { leftOut } from '../../../diag/messages-import.ts';
import { numberAttr } from '../../../host/op.ts';
import { axisOf } from '../../../host/tensor.ts';
import { constant } from '../../../ir/builder.ts';
import type { Node } from '../../../ir/graph.ts';
import { elemRange } from '../../../num/elem.ts';
import { mul, ONE, type Rational, rational, sign, toNumber, ZERO } from '../../../num/rational.ts';
import { numel } from '../../../num/tensor.ts';
import { originOf, powerOfTwo, realStream } from '../real.ts';
import { affine, scaleBy } from '../steps.ts';
import type { Stream, Value } from '../values.ts';
import { contiguous, isContiguous, reshapeView, sameView, type View, viewShape } from '../view.ts';
import { softmaxOfLargest } from './largest.ts';
import { maskOf, oneMask } from './mask.ts';
import { apply, type Call, refuse, type StreamOperator, type StreamOperators, streamAt } from './operator.ts';
import { rowsAlong, type Uniform, uniform } from './uniform.ts';

/** Beyond this, an exponential is nothing in any number of fraction bits that is offered. */
const NOTHING = 45;

/** Scores as integers of one scale; hidden ones so far below the others that nothing is left of their exponential. */
function scoresOf(call: Call, s: Stream): Uniform {
  const masked = maskOf(s);
  if (!masked) return uniform(call, s, true);
  const codes = uniform(call, masked.scores, true);
  const { lo, hi } = elemRange(call.ctx.builder.type(codes.value).elem);
  const far = rational(BigInt(Math.floor(lo - hi - NOTHING / toNumber(codes.scale))));
  const shift = affine(
    [ONE],
    Array.from(masked.visible, (v) => (v === 1 ? ZERO : far)),
  );
  return { ...codes, value: call.ctx.quantise(codes.value, [shift], call.node) };
}

/** The softmax along one axis. */
export function softmaxOf(call: Call, s: Stream, axis: number): Stream {
  const { ctx, node } = call;
  const codes = scoresOf(call, s);
  const rows = rowsAlong(call, s, codes.value, axis);
  const attrs = { scale: toNumber(codes.scale), method: 'online' };
  return realStream({ kind: 'softmax', x: s }, rows.shape, rows.view, (fraction) =>
    ctx.builder.node({
      op: 'softmax',
      name: node.name,
      attrs: { ...attrs, fraction },
      inputs: [rows.value],
      origin: [node.name],
    }),
  );
}

/** Before opset 13 over all axes from `axis` on. */
const softmax: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  if (!s) return undefined;
  const largest = softmaxOfLargest(s);
  if (largest) return largest;
  const old = call.node.opset < 13;
  const shape = viewShape(s.view);
  const axis = axisOf(numberAttr(call.node.attrs, 'axis', old ? 1 : -1), shape.length);
  if (!old || axis === shape.length - 1) return [softmaxOf(call, s, axis)];
  const merged = reshapeView(s.view, [...shape.slice(0, axis), numel(shape.slice(axis))]);
  if (!merged) refuse(call, 'the axes that it runs over do not lie together', 'export it with opset 13 or later');
  const result = softmaxOf(call, { ...s, view: merged }, axis);
  const view = reshapeView(result.view, shape);
  if (!view) refuse(call, 'the axes that it runs over do not lie together', 'export it with opset 13 or later');
  return [{ ...result, view }];
};

/** A product of two streams `[…, N, K] · […, K, M]` whose leading axes are heads. */
interface Product {
  readonly heads: readonly number[];
  readonly N: number;
  readonly K: number;
  readonly M: number;
  readonly a: View;
  readonly b: View;
}

function productOf(call: Call, x: Stream, y: Stream): Product {
  const rank = Math.max(x.view.length, y.view.length, 2);
  const ranked = (v: View): View => [...Array.from({ length: rank - v.length }, () => []), ...v];
  if (x.view.length < 2 || y.view.length < 2) refuse(call, 'an operand is no matrix', 'multiply matrices');
  let [a, b] = [ranked(x.view), ranked(y.view)];
  const heads = (v: View): number[] => viewShape(v).slice(0, -2);
  if (heads(a).join() !== heads(b).join()) {
    // One matrix for all heads: these are rows of the first operand.
    if (numel(heads(b)) > 1) refuse(call, `heads of [${heads(a)}] and [${heads(b)}] differ`, 'give both as many heads');
    a = [...heads(b).map(() => []), a.slice(0, -1).flat(), a[rank - 1] ?? []];
    b = [...heads(b).map(() => []), b[rank - 2] ?? [], b[rank - 1] ?? []];
  }
  const [n, m] = [viewShape(a), viewShape(b)];
  const [N = 1, K = 1] = n.slice(-2);
  const [rows = 1, M = 1] = m.slice(-2);
  if (K !== rows) throw new RangeError(`operands of [${viewShape(x.view)}] and [${viewShape(y.view)}] do not multiply`);
  return { heads: heads(a), N, K, M, a, b };
}

/** Axes of a matrix per head in the order rows, heads, columns. */
const aroundHeads = (rank: number, rows: number, columns: number): number[] => [
  rows,
  ...Array.from({ length: rank - 2 }, (_, i) => i),
  columns,
];

/** The memory [N, heads, M] of a result under the model's axes […heads, N, M]. */
function resultView(p: Product, x: Stream, y: Stream): View {
  const memory = contiguous([p.N, ...p.heads, p.M]);
  const view = [...memory.slice(1, -1), memory[0] ?? [], memory.at(-1) ?? []];
  const shape = [...shared(x, y), p.N, p.M];
  return numel(shape) === numel(viewShape(view))
    ? (reshapeView(view, shape) ?? view)
    : (reshapeView(view, leading(x, p)) ?? view);
}

const shared = (x: Stream, y: Stream): number[] => {
  const [a, b] = [viewShape(x.view).slice(0, -2), viewShape(y.view).slice(0, -2)];
  return a.length >= b.length ? a : b;
};
const leading = (x: Stream, p: Product): number[] => [...viewShape(x.view).slice(0, -1), p.M];

/** q·kᵀ, p·v and the like: exact. */
export function streamProduct(call: Call, x: Stream, y: Stream): Value[] {
  return [attentionOf(call, x, y) ?? exactProduct(call, x, y)];
}

function exactProduct(call: Call, x: Stream, y: Stream): Stream {
  const { ctx, node } = call;
  const p = productOf(call, x, y);
  const [left, right] = [fixedPoint(call, x), uniform(call, y)];
  const [H, rank] = [numel(p.heads), p.a.length];
  const a = ctx.arranged(left.value, { view: p.a }, aroundHeads(rank, rank - 2, rank - 1), [p.N, H * p.K], node);
  // By rows of the second operand where these are its columns in memory already.
  const byRows = aroundHeads(rank, rank - 2, rank - 1);
  const transposeB = !isContiguous(p.b, byRows);
  const b = transposeB
    ? ctx.arranged(right.value, { view: p.b }, aroundHeads(rank, rank - 1, rank - 2), [p.M, H * p.K], node)
    : ctx.arranged(right.value, { view: p.b }, byRows, [p.K, H * p.M], node);
  const value = ctx.builder.node({
    op: 'matmul',
    name: node.name,
    attrs: { heads: H, transposeB },
    inputs: [a, b],
    origin: [node.name],
  });
  const steps = [scaleBy([mul(left.scale, right.scale)])];
  return { ...x, base: { kind: 'ir', value }, steps, view: resultView(p, x, y), dtype: 'float32' };
}

/** Fraction bits of probabilities that no quantiser limits, where attention is to be built from single products. */
const PROBABILITY_BITS = 15;

/** An operand; a softmax without a quantiser is taken in fixed point. */
function fixedPoint(call: Call, s: Stream): Uniform {
  const origin = originOf(s);
  if (
    s.base.kind !== 'real' ||
    origin?.of.kind !== 'softmax' ||
    !s.base.make ||
    sign(origin.q) !== 0 ||
    sign(origin.p) <= 0
  )
    return uniform(call, s);
  return { value: s.base.make(PROBABILITY_BITS), scale: mul(origin.p, powerOfTwo(-PROBABILITY_BITS)) };
}

/** softmax(q·kᵀ)·v as one op, where nothing is quantised behind the softmax. */
function attentionOf(call: Call, x: Stream, v: Stream): Stream | undefined {
  const { ctx, node } = call;
  const odds = oddsOf(call, x);
  if (!odds) return undefined;
  const found = scoreProduct(call, odds.x);
  const p = productOf(call, x, v);
  if (!found || !sameView(x.view, found.view) || found.heads !== numel(p.heads)) return undefined;
  const values = uniform(call, v);
  const rank = p.b.length;
  const rows = ctx.arranged(
    values.value,
    { view: p.b },
    aroundHeads(rank, rank - 2, rank - 1),
    [p.K, found.heads * p.M],
    node,
  );
  const attrs = {
    heads: found.heads,
    scale: found.scale,
    causal: false,
    slots: 0,
    scoreBits: 0,
    stepBits: 0,
    mantissaBits: 0,
    design: null,
  };
  const shape = [p.N, found.heads * p.M];
  const consts = found.mask ? { mask: constant([p.N, p.K], found.mask) } : {};
  const result = realStream({ kind: 'function', name: 'attention' }, shape, resultView(p, x, v), (fraction) =>
    ctx.builder.node({
      op: 'attention',
      name: node.name,
      attrs: { ...attrs, fraction },
      inputs: [...found.operands, rows],
      consts,
      origin: [...found.origin, node.name],
    }),
  );
  return apply(result, scaleBy([mul(odds.p, values.scale)]));
}

/** The softmax behind the weights of a product, and what they are multiplied by; undefined where it stays by itself. */
function oddsOf(call: Call, s: Stream): { readonly x: Stream; readonly p: Rational } | undefined {
  const { attention = 'auto' } = call.ctx.options;
  if (attention === 'faithful' || s.base.kind !== 'real' || s.base.of.kind !== 'softmax') return undefined;
  const { x } = s.base.of;
  const origin = originOf(s);
  if (origin) return sign(origin.q) === 0 && sign(origin.p) > 0 ? { x, p: origin.p } : undefined;
  const affines = s.steps.flatMap((step) => (step.kind === 'affine' ? [step] : []));
  const plain = affines.every(({ a, b }) => a.length === 1 && b.length === 1 && sign(b[0] ?? ONE) === 0);
  if (attention !== 'fused' || !plain || s.steps.some((step) => step.kind !== 'affine' && step.kind !== 'round'))
    return undefined;
  call.ctx.warnings.push(leftOut(call.node.name));
  return { x, p: affines.reduce((p, { a }) => mul(p, a[0] ?? ONE), ONE) };
}

interface Scores {
  readonly operands: readonly string[];
  readonly heads: number;
  readonly scale: number;
  readonly view: View;
  readonly mask?: Int32Array;
  readonly origin: readonly string[];
}

/** Scores that are q·kᵀ times a scale, with a mask that is the same for all heads. */
function scoreProduct(call: Call, s: Stream): Scores | undefined {
  const { ctx } = call;
  const masked = maskOf(s);
  const { base, steps, view } = masked?.scores ?? s;
  const [step] = steps;
  if (base.kind !== 'ir' || steps.length > 1 || (step && step.kind !== 'affine')) return undefined;
  const scale = step?.kind === 'affine' ? step.a : [ONE];
  const made = behindReshape(call, base.value);
  if (made?.op !== 'matmul' || made.attrs['transposeB'] !== true || scale.length > 1 || toNumber(scale[0] ?? ONE) <= 0)
    return undefined;
  const heads = made.attrs['heads'] as number;
  const [queries = 1, row = 1] = ctx.builder.type(made.outputs[0] ?? '').shape;
  const mask = masked && oneMask(masked.visible, queries, heads, row / heads);
  if (masked && !mask) return undefined;
  return {
    operands: made.inputs,
    heads,
    scale: toNumber(scale[0] ?? ONE),
    view,
    origin: made.origin,
    ...(mask ? { mask } : {}),
  };
}

function behindReshape(call: Call, value: string): Node | undefined {
  const node = call.ctx.builder.maker(value);
  return node?.op === 'reshape' ? behindReshape(call, node.inputs[0] ?? '') : node;
}

export const attending: StreamOperators = { Softmax: softmax };
