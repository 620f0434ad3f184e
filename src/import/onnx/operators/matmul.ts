import { int64 } from '../../../host/ops/shape.ts';
import { fromNumber, mul } from '../../../num/rational.ts';
import { channelOperand } from '../channels.ts';
import { scaleBy, shiftBy } from '../steps.ts';
import type { Value } from '../values.ts';
import type { View } from '../view.ts';
import { streamProduct } from './attend.ts';
import { batchedTimes } from './batched.ts';
import {
  apply,
  type Call,
  constAt,
  needConst,
  type StreamOperator,
  type StreamOperators,
  streamAt,
} from './operator.ts';
import { flipped, moved, streamTimes } from './product.ts';

const matMul: StreamOperator = (call) => {
  const [x, w] = [streamAt(call, 0), constAt(call, 1)];
  if (x && w) {
    if (w.shape.length > 2 && w.shape.slice(0, -2).some((d) => d > 1)) return batchedTimes(call, x, w);
    if (w.shape.length !== 1) return streamTimes(call, x, w);
    const column = moved(call, w, 'Reshape', {}, [int64([w.data.length, 1])]);
    return streamTimes(call, x, column).map((v) => withView(v, (view) => view.slice(0, -1)));
  }
  const [left, right] = [constAt(call, 0), streamAt(call, 1)];
  if (left && right && right.view.length === 2 && left.shape.length <= 2) {
    const matrix = left.shape.length === 2 ? left : moved(call, left, 'Reshape', {}, [int64([1, left.data.length])]);
    const product = flip(streamTimes(call, flipped(right), moved(call, matrix, 'Transpose', { perm: [1, 0] })));
    return left.shape.length === 2 ? product : product.map((v) => withView(v, (view) => view.slice(1)));
  }
  return x && right && streamProduct(call, x, right);
};

const withView = (v: Value, f: (view: View) => View): Value => (v.kind === 'stream' ? { ...v, view: f(v.view) } : v);
const flip = (v: Value[]): Value[] => v.map((x) => (x.kind === 'stream' ? flipped(x) : x));

const gemm: StreamOperator = (call) => {
  const { attrs } = call.node;
  const s = streamAt(call, 0);
  if (!s) return undefined;
  const x = attrs['transA'] === 1 ? flipped(s) : s;
  const b = needConst(call, 1, 'its matrix B');
  const w = attrs['transB'] === 1 ? moved(call, b, 'Transpose', { perm: [1, 0] }) : b;
  const [product] = streamTimes(call, x, w);
  return product && scaledBias(call, product, Number(attrs['alpha'] ?? 1), Number(attrs['beta'] ?? 1));
};

/** alpha · product + beta · C. */
function scaledBias(call: Call, product: Value, alpha: number, beta: number): Value[] {
  if (product.kind !== 'stream') return [product];
  const scaled = alpha === 1 ? product : apply(product, scaleBy([fromNumber(alpha)]));
  const c = constAt(call, 2);
  if (!c) {
    if (call.inputs[2]) throw new RangeError('its bias must be a constant');
    return [scaled];
  }
  const operand = channelOperand(call.ctx, call.folder, scaled, c, call.node);
  const values = beta === 1 ? operand.values : operand.values.map((v) => mul(v, fromNumber(beta)));
  return [apply(operand.stream, shiftBy(values))];
}

export const products: StreamOperators = { MatMul: matMul, Gemm: gemm };
