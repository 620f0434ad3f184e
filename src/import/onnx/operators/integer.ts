import { zip } from '../../../host/ops/elementwise.ts';
import { type DType, type HostTensor, isFloat } from '../../../host/tensor.ts';
import { fromNumber, neg } from '../../../num/rational.ts';
import { shiftBy } from '../steps.ts';
import type { Stream, Value } from '../values.ts';
import { addStreams, arithmetic } from './arithmetic.ts';
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
import { streamTimes } from './product.ts';
import { dequantise, quantiseTo } from './quantisers.ts';
import { convolve, spatialOperators, withBias } from './spatial.ts';

/** Constant codes → constant reals, with the codes remembered by the folder. */
function constReals(call: Call, i: number, scale: HostTensor, zero: HostTensor | undefined, axis: number): HostTensor {
  const inputs = zero ? [needConst(call, i, 'its weights'), scale, zero] : [needConst(call, i, 'its weights'), scale];
  const node = { ...call.node, op: 'DequantizeLinear', attrs: { axis }, outputs: ['w'] };
  const real = call.folder.fold(node, inputs)?.[0];
  if (!real) throw new RangeError('its weights cannot be dequantised');
  return real;
}

const ONE: HostTensor = { dtype: 'float32', shape: [], data: Float64Array.of(1) };

/** The same call with other inputs and attributes: operator-level quantisation is a real operator between quantisers. */
const as = (call: Call, op: string, inputs: readonly (Value | undefined)[]): Call => ({
  ...call,
  node: { ...call.node, op },
  inputs,
});

const outputType = (call: Call, zero: HostTensor | undefined, s: Stream): DType => {
  if (zero) return zero.dtype;
  if (isFloat(s.dtype)) refuse(call, 'its output type is unknown', 'give its output a zero point');
  return s.dtype;
};

/** Inputs x, x_scale, x_zero, w, w_scale, w_zero, y_scale, y_zero, bias. */
const qLinearConv: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  if (!s) return undefined;
  const xScale = needConst(call, 1, 'x_scale');
  const wScale = needConst(call, 4, 'w_scale');
  const w = constReals(call, 3, wScale, constAt(call, 5), 0);
  const real = convolve(call, dequantise(call, s, xScale, constAt(call, 2)), w);
  const bias = constAt(call, 8);
  const biased = bias ? withBias(call, real, scaledBias(bias, xScale, wScale), true) : real;
  return [
    quantiseTo(call, biased, needConst(call, 6, 'y_scale'), constAt(call, 7), outputType(call, constAt(call, 7), s)),
  ];
};

/** An int32 bias counts in units of x_scale · w_scale; exact as a double for biases of up to 2^5 and more bits of margin. */
const scaledBias = (bias: HostTensor, xScale: HostTensor, wScale: HostTensor): HostTensor =>
  zip(
    bias,
    zip(xScale, wScale, (x, w) => x * w),
    (b, u) => b * u,
    'float64',
  );

/** Inputs a, a_scale, a_zero, b, b_scale, b_zero, y_scale, y_zero. */
const qLinearMatMul: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  if (!s) return undefined;
  const scale = needConst(call, 4, 'b_scale');
  const axis = Math.max(0, needConst(call, 3, 'its matrix B').shape.length - 1);
  const w = constReals(call, 3, scale, constAt(call, 5), axis);
  const product = streamTimes(call, dequantise(call, s, needConst(call, 1, 'a_scale'), constAt(call, 2)), w)[0];
  if (product?.kind !== 'stream') return undefined;
  return [
    quantiseTo(call, product, needConst(call, 6, 'y_scale'), constAt(call, 7), outputType(call, constAt(call, 7), s)),
  ];
};

/** codes − zero point, real = code. */
function shifted(call: Call, s: Stream, zero: HostTensor | undefined): Stream {
  if (!zero) return s;
  if (zero.data.length > 1) refuse(call, 'its input has a zero point per row', 'use one zero point per tensor');
  return apply(s, shiftBy([neg(fromNumber(zero.data[0] ?? 0))]));
}

const matMulInteger: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  if (!s) return undefined;
  const w = constReals(
    call,
    1,
    ONE,
    constAt(call, 3),
    Math.max(0, needConst(call, 1, 'its matrix B').shape.length - 1),
  );
  return streamTimes(call, shifted(call, s, constAt(call, 2)), w).map((v) =>
    v.kind === 'stream' ? { ...v, dtype: 'int32' } : v,
  );
};

const convInteger: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  if (!s) return undefined;
  const w = constReals(call, 1, ONE, constAt(call, 3), 0);
  return [{ ...convolve(call, shifted(call, s, constAt(call, 2)), w), dtype: 'int32' }];
};

/** com.microsoft QLinearAdd: A, A_scale, A_zero, B, B_scale, B_zero, C_scale, C_zero. */
const qLinearAdd: StreamOperator = (call) => {
  const dq = (i: number): Stream | undefined => {
    const s = streamAt(call, i);
    return s && dequantise(call, s, needConst(call, i + 1, 'its scale'), constAt(call, i + 2));
  };
  const [a, b] = [dq(0), dq(3)];
  const s = a ?? b;
  if (!s) return undefined;
  const at = a ? 3 : 0;
  const sum =
    a && b
      ? addStreams(call, a, b, 1)
      : addConst(call, s, constReals(call, at, needConst(call, at + 1, 'its scale'), constAt(call, at + 2), 0));
  const total = sum?.[0];
  if (total?.kind !== 'stream') return undefined;
  const like = (streamAt(call, 0) ?? streamAt(call, 3)) as Stream;
  return [
    quantiseTo(call, total, needConst(call, 6, 'C_scale'), constAt(call, 7), outputType(call, constAt(call, 7), like)),
  ];
};

const addConst = (call: Call, s: Stream, t: HostTensor): Value[] | undefined =>
  arithmetic['Add']?.(as(call, 'Add', [s, { kind: 'const', tensor: t }]));

/** com.microsoft QLinear pools: X, x_scale, x_zero, y_scale, y_zero. */
const qLinearPool =
  (op: 'AveragePool' | 'GlobalAveragePool'): StreamOperator =>
  (call) => {
    const s = streamAt(call, 0);
    if (!s) return undefined;
    const real = dequantise(call, s, needConst(call, 1, 'x_scale'), constAt(call, 2));
    const pooled = spatialOperators[op]?.(as(call, op, [real]))?.[0];
    if (pooled?.kind !== 'stream') return undefined;
    return [
      quantiseTo(call, pooled, needConst(call, 3, 'y_scale'), constAt(call, 4), outputType(call, constAt(call, 4), s)),
    ];
  };

export const integerOperators: StreamOperators = {
  QLinearConv: qLinearConv,
  QLinearMatMul: qLinearMatMul,
  MatMulInteger: matMulInteger,
  ConvInteger: convInteger,
  QLinearAdd: qLinearAdd,
  QLinearAveragePool: qLinearPool('AveragePool'),
  QLinearGlobalAveragePool: qLinearPool('GlobalAveragePool'),
};
