import { type DType, type HostTensor, isFloat } from '../../../host/tensor.ts';
import { fromNumber, mul, neg } from '../../../num/rational.ts';
import { channelOperands } from '../channels.ts';
import { shiftBy, zipRationals } from '../steps.ts';
import type { Stream, Value } from '../values.ts';
import { addStreams, arithmetic } from './arithmetic.ts';
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
import { streamTimes } from './product.ts';
import { checkScale, dequantise, quantiseTo } from './quantisers.ts';
import { convolve, spatialOperators } from './spatial.ts';

/** Constant codes → constant reals, with the codes remembered by the folder. */
function constReals(call: Call, i: number, scale: HostTensor, zero: HostTensor | undefined, axis: number): HostTensor {
  const inputs = zero ? [needConst(call, i, 'its weights'), scale, zero] : [needConst(call, i, 'its weights'), scale];
  checkScale(call, scale, 'its scale');
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
  const xScale = oneScale(call, 1, 'x_scale');
  const wScale = needConst(call, 4, 'w_scale');
  const w = constReals(call, 3, wScale, optionalConst(call, 5, 'input 5'), 0);
  const real = convolve(call, dequantise(call, s, xScale, optionalConst(call, 2, 'input 2')), w);
  const bias = optionalConst(call, 8, 'input 8');
  const biased = bias ? withIntegerBias(call, real, bias, xScale, wScale) : real;
  const yZero = optionalConst(call, 7, 'input 7');
  return [quantiseTo(call, biased, oneScale(call, 6, 'y_scale'), yZero, outputType(call, yZero, s))];
};

/** A scale that must be one number. */
function oneScale(call: Call, i: number, what: string): HostTensor {
  const t = needConst(call, i, what);
  if (t.data.length !== 1) refuse(call, `its ${what} has ${t.data.length} values`, 'use one scale per tensor');
  return t;
}

/** An int32 bias counts in units of x_scale · w_scale: an exact product of three numbers. */
function withIntegerBias(call: Call, s: Stream, bias: HostTensor, xScale: HostTensor, wScale: HostTensor): Stream {
  const along = (t: HostTensor): HostTensor => ({
    ...t,
    shape: t.data.length === 1 ? [] : [t.data.length, ...s.view.slice(2).map(() => 1)],
  });
  const { stream, values } = channelOperands(call.ctx, call.folder, s, [bias, xScale, wScale].map(along), call.node);
  const [b = [], x = [], w = []] = values;
  return apply(stream, shiftBy(zipRationals(b, zipRationals(x, w, mul), mul)));
}

/** Inputs a, a_scale, a_zero, b, b_scale, b_zero, y_scale, y_zero. */
const qLinearMatMul: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  if (!s) return undefined;
  const scale = needConst(call, 4, 'b_scale');
  const axis = Math.max(0, needConst(call, 3, 'its matrix B').shape.length - 1);
  const w = constReals(call, 3, scale, optionalConst(call, 5, 'input 5'), axis);
  const product = streamTimes(
    call,
    dequantise(call, s, oneScale(call, 1, 'a_scale'), optionalConst(call, 2, 'input 2')),
    w,
  )[0];
  if (product?.kind !== 'stream') return undefined;
  return [
    quantiseTo(
      call,
      product,
      oneScale(call, 6, 'y_scale'),
      optionalConst(call, 7, 'input 7'),
      outputType(call, optionalConst(call, 7, 'input 7'), s),
    ),
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
    optionalConst(call, 3, 'input 3'),
    Math.max(0, needConst(call, 1, 'its matrix B').shape.length - 1),
  );
  return streamTimes(call, shifted(call, s, optionalConst(call, 2, 'input 2')), w).map((v) =>
    v.kind === 'stream' ? { ...v, dtype: 'int32' } : v,
  );
};

const convInteger: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  if (!s) return undefined;
  const w = constReals(call, 1, ONE, optionalConst(call, 3, 'input 3'), 0);
  return [{ ...convolve(call, shifted(call, s, optionalConst(call, 2, 'input 2')), w), dtype: 'int32' }];
};

/** com.microsoft QLinearAdd: A, A_scale, A_zero, B, B_scale, B_zero, C_scale, C_zero. */
const qLinearAdd: StreamOperator = (call) => {
  const dq = (i: number): Stream | undefined => {
    const s = streamAt(call, i);
    return s && dequantise(call, s, needConst(call, i + 1, 'its scale'), optionalConst(call, i + 2, 'its zero point'));
  };
  const [a, b] = [dq(0), dq(3)];
  const s = a ?? b;
  if (!s) return undefined;
  const at = a ? 3 : 0;
  const sum =
    a && b
      ? addStreams(call, a, b, 1)
      : addConst(
          call,
          s,
          constReals(call, at, needConst(call, at + 1, 'its scale'), optionalConst(call, at + 2, 'its zero point'), 0),
        );
  const total = sum?.[0];
  if (total?.kind !== 'stream') return undefined;
  const like = (streamAt(call, 0) ?? streamAt(call, 3)) as Stream;
  return [
    quantiseTo(
      call,
      total,
      needConst(call, 6, 'C_scale'),
      optionalConst(call, 7, 'input 7'),
      outputType(call, optionalConst(call, 7, 'input 7'), like),
    ),
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
    const real = dequantise(call, s, needConst(call, 1, 'x_scale'), optionalConst(call, 2, 'input 2'));
    const pooled = spatialOperators[op]?.(as(call, op, [real]))?.[0];
    if (pooled?.kind !== 'stream') return undefined;
    return [
      quantiseTo(
        call,
        pooled,
        needConst(call, 3, 'y_scale'),
        optionalConst(call, 4, 'input 4'),
        outputType(call, optionalConst(call, 4, 'input 4'), s),
      ),
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
