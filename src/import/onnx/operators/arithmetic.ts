import { numberAttr } from '../../../host/op.ts';
import { broadcastShape, type HostTensor } from '../../../host/tensor.ts';
import { bitLength, elemRange } from '../../../num/elem.ts';
import { add, div, fromNumber, mul, neg, type Rational, rational, sign, sub } from '../../../num/rational.ts';
import { channelOperand } from '../channels.ts';
import { inverseSqrt } from '../sqrt.ts';
import { affine, negate, type Step, scaleBy, shiftBy, zipRationals } from '../steps.ts';
import type { Stream, Value } from '../values.ts';
import { viewShape } from '../view.ts';
import {
  apply,
  type Call,
  constAt,
  needConst,
  refuse,
  type StreamOperator,
  type StreamOperators,
  streamAt,
} from './operator.ts';

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
  return step && [apply(operand.stream, step)];
}

const addition: StreamOperator = (call) =>
  withConstant(call, (v) => shiftBy(v)) ?? addStreams(call, streamAt(call, 0), streamAt(call, 1), 1);

const subtraction: StreamOperator = (call) =>
  withConstant(call, (v, constFirst) => (constFirst ? affine([rational(-1n)], v) : shiftBy(v.map(neg)))) ??
  addStreams(call, streamAt(call, 0), streamAt(call, 1), -1);

const multiplication: StreamOperator = (call) => withConstant(call, (v) => scaleBy(v));

const division: StreamOperator = (call) =>
  withConstant(call, (v, constFirst) => {
    if (constFirst) return undefined;
    if (v.some((x) => sign(x) === 0)) throw new RangeError('division by zero');
    return scaleBy(v.map((x) => div(rational(1n), x)));
  });

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? (a < 0n ? -a : a) : gcd(b, a % b));

/** a ± b of two streams of one shape: integer multiples of a common grid, exact. */
export function addStreams(
  call: Call,
  a: Stream | undefined,
  b: Stream | undefined,
  factor: 1 | -1,
): Value[] | undefined {
  if (!a || !b) return undefined;
  const { ctx, node } = call;
  const shape = broadcastShape(viewShape(a.view), viewShape(b.view));
  const [x, y] = [ctx.linear(a, node), ctx.linear(b, node)];
  const same = (v: Stream): boolean => viewShape(v.view).join() === shape.join();
  if (!same(a) || !same(b)) refuse(call, 'its two streams have different shapes', 'broadcast only constants');
  const [sa, sb] = [x.affine.a[0] as Rational, y.affine.a[0] as Rational];
  if (x.affine.a.length > 1 || y.affine.a.length > 1) {
    refuse(call, 'an operand has one scale per channel', 'quantise it per tensor before the addition');
  }
  const g = rational(gcd(sa.num * sb.den, sb.num * sa.den), sa.den * sb.den);
  const mulA = Number(div(sa, g).num);
  const mulB = factor * Number(div(sb, g).num);
  const widest = Math.max(widthOf(call, x.value, mulA), widthOf(call, y.value, mulB));
  if (widest > 50)
    refuse(
      call,
      `its scales have no common grid within 50 bits (it takes ${widest})`,
      'give both operands one quantiser',
    );
  // Both operands in the memory order of the first.
  const axes = memoryOrder(a);
  const type = ctx.builder.type(x.value);
  const right = ctx.arranged(y.value, b, axes, type.shape, node);
  const value = ctx.builder.node({
    op: 'add',
    name: node.name,
    attrs: { mulA, mulB, offset: 0 },
    inputs: [x.value, right],
    origin: [node.name],
  });
  const offset = zipRationals(x.affine.b, y.affine.b, (p, q) => (factor === 1 ? add(p, q) : sub(p, q)));
  return [{ kind: 'stream', base: { kind: 'ir', value }, steps: [affine([g], offset)], view: a.view, dtype: a.dtype }];
}

function widthOf(call: Call, value: string, factor: number): number {
  const r = elemRange(call.ctx.builder.type(value).elem);
  return bitLength(Math.max(Math.abs(r.lo), r.hi)) + bitLength(Math.abs(factor)) + 1;
}

/** The axes of a stream from the outermost in memory to the innermost; axes that interleave stay in model order. */
export function memoryOrder(s: Stream): number[] {
  const outer = (axis: number): number => s.view[axis]?.[0]?.stride ?? 0;
  return s.view.map((_, i) => i).sort((p, q) => outer(q) - outer(p) || p - q);
}

const batchNorm: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  if (!s) return undefined;
  const rank = s.view.length;
  const shaped = (t: HostTensor): HostTensor => ({
    ...t,
    shape: [t.data.length, ...new Array<number>(Math.max(0, rank - 2)).fill(1)],
  });
  const vector = (i: number, what: string): readonly Rational[] =>
    channelOperand(call.ctx, call.folder, s, shaped(needConst(call, i, what)), call.node).values;
  const eps = fromNumber(Math.fround(numberAttr(call.node.attrs, 'epsilon', 1e-5)));
  const [gain, bias, mean, variance] = [
    vector(1, 'scale'),
    vector(2, 'bias'),
    vector(3, 'mean'),
    vector(4, 'variance'),
  ];
  const root = variance.map((v) => {
    const sum = add(v, eps);
    if (sign(sum) <= 0) throw new RangeError('its variance is not positive');
    return inverseSqrt(sum);
  });
  const a = zipRationals(gain, root, mul);
  const b = zipRationals(bias, zipRationals(a, mean, mul), sub);
  const { stream } = channelOperand(call.ctx, call.folder, s, shaped(needConst(call, 1, 'scale')), call.node);
  return [apply(stream, affine(a, b))];
};

const same: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  return s && [s];
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
  BatchNormalization: batchNorm,
  Identity: same,
  Dropout: same,
  DebugMarker: same,
  Cast: same,
};
