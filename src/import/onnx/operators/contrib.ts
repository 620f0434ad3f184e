/**
 * onnxruntime's quantised operators (domain com.microsoft): each is a real operator between dequantised inputs and a
 * quantised output.
 */
import { numberAttr } from '../../../host/op.ts';
import { fromNumber } from '../../../num/rational.ts';
import { scaleBy } from '../steps.ts';
import type { Stream, Value } from '../values.ts';
import { activations } from './activation.ts';
import { arithmetic } from './arithmetic.ts';
import { constReals, oneScale, outputType, withIntegerBias } from './integer.ts';
import {
  apply,
  type Call,
  needConst,
  optionalConst,
  refuse,
  type StreamOperator,
  type StreamOperators,
  streamAt,
} from './operator.ts';
import { flipped, moved, streamTimes } from './product.ts';
import { dequantise, quantiseTo } from './quantisers.ts';
import { shaping } from './shaping.ts';
import { spatialOperators } from './spatial.ts';

/** The result of an operator on real inputs; undefined where it has no such form. */
function real(
  call: Call,
  operator: StreamOperator | undefined,
  op: string,
  inputs: readonly Value[],
): Stream | undefined {
  const result = operator?.({ ...call, node: { ...call.node, op }, inputs })?.[0];
  return result?.kind === 'stream' ? result : undefined;
}

/** Inputs i, i+1, i+2 are an activation or a constant, its scale and its zero point: their real value. */
function realInput(call: Call, i: number): Value {
  const [scale, zero] = [oneScale(call, i + 1, 'scale'), optionalConst(call, i + 2, `input ${i + 2}`)];
  const s = streamAt(call, i);
  if (s) return dequantise(call, s, scale, zero);
  return { kind: 'const', tensor: constReals(call, i, scale, zero, 0) };
}

/** Quantised by the scale and zero point at inputs i and i+1, to the type of the zero point or else of `like`. */
function quantised(call: Call, s: Stream, i: number, like: Stream): Value {
  const zero = optionalConst(call, i + 1, `input ${i + 1}`);
  return quantiseTo(call, s, oneScale(call, i, 'output scale'), zero, outputType(call, zero, like));
}

/** X, x_scale, x_zero, y_scale, y_zero. */
const unary =
  (op: string, operators: StreamOperators): StreamOperator =>
  (call) => {
    const s = streamAt(call, 0);
    if (!s) return undefined;
    if (numberAttr(call.node.attrs, 'channels_last', 0) === 1)
      refuse(call, 'its channels come last', 'export the model without layout optimisations');
    const y = real(call, operators[op], op, [realInput(call, 0)]);
    return y && [quantised(call, y, 3, s)];
  };

/** A, a_scale, a_zero, B, b_scale, b_zero, c_scale, c_zero. */
const binary =
  (op: string): StreamOperator =>
  (call) => {
    const s = streamAt(call, 0) ?? streamAt(call, 3);
    if (!s) return undefined;
    const y = real(call, arithmetic[op], op, [realInput(call, 0), realInput(call, 3)]);
    return y ? [quantised(call, y, 6, s)] : refuse(call, 'both of its operands are computed', 'multiply by a constant');
  };

/** y_scale, y_zero, then each input with its scale and zero point. */
const concat: StreamOperator = (call) => {
  const at = Array.from({ length: Math.floor((call.inputs.length - 2) / 3) }, (_, k) => 2 + 3 * k);
  const s = at.flatMap((i) => streamAt(call, i) ?? [])[0];
  const y =
    s &&
    real(
      call,
      shaping['Concat'],
      'Concat',
      at.map((i) => realInput(call, i)),
    );
  return y && [quantised(call, y, 0, s)];
};

/** A, a_scale, a_zero, B, b_scale, b_zero, C, y_scale, y_zero: alpha·a_scale·b_scale·(A·B + C), real without y_scale. */
const gemm: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  if (!s) return undefined;
  const { attrs } = call.node;
  const [aScale, bScale] = [oneScale(call, 1, 'a_scale'), needConst(call, 4, 'b_scale')];
  const x = dequantise(call, s, aScale, optionalConst(call, 2, 'input 2'));
  const transposed = numberAttr(attrs, 'transB', 0) === 1;
  const b = constReals(call, 3, bScale, optionalConst(call, 5, 'input 5'), transposed ? 0 : 1);
  const w = transposed ? moved(call, b, 'Transpose', { perm: [1, 0] }) : b;
  const product = streamTimes(call, numberAttr(attrs, 'transA', 0) === 1 ? flipped(x) : x, w)[0];
  if (product?.kind !== 'stream') return undefined;
  const c = optionalConst(call, 6, 'its bias');
  const biased = c ? withIntegerBias(call, product, c, aScale, bScale) : product;
  const alpha = Math.fround(numberAttr(attrs, 'alpha', 1));
  const y: Stream = { ...apply(biased, scaleBy([fromNumber(alpha)])), dtype: 'float32' };
  return [call.inputs[7] ? quantised(call, y, 7, s) : y];
};

export const contrib: StreamOperators = {
  QGemm: gemm,
  QLinearAdd: binary('Add'),
  QLinearMul: binary('Mul'),
  QLinearConcat: concat,
  QLinearAveragePool: unary('AveragePool', spatialOperators),
  QLinearGlobalAveragePool: unary('GlobalAveragePool', spatialOperators),
  QLinearLeakyRelu: unary('LeakyRelu', activations),
  QLinearSigmoid: unary('Sigmoid', activations),
};
