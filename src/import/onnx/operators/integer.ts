import { type DType, type HostTensor, isFloat } from '../../../host/tensor.ts';
import { fromNumber, mul, neg } from '../../../num/rational.ts';
import { channelOperands } from '../channels.ts';
import { shiftBy, zipRationals } from '../steps.ts';
import type { Stream } from '../values.ts';
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
import { convolve } from './spatial.ts';

/** Constant codes → constant reals, with the codes remembered by the folder. */
export function constReals(
  call: Call,
  i: number,
  scale: HostTensor,
  zero: HostTensor | undefined,
  axis: number,
): HostTensor {
  const inputs = zero ? [needConst(call, i, 'its weights'), scale, zero] : [needConst(call, i, 'its weights'), scale];
  checkScale(call, scale, 'its scale');
  const node = { ...call.node, op: 'DequantizeLinear', attrs: { axis }, outputs: ['w'] };
  const real = call.folder.fold(node, inputs)?.[0];
  if (!real) throw new RangeError('its weights cannot be dequantised');
  return real;
}

const ONE: HostTensor = { dtype: 'float32', shape: [], data: Float64Array.of(1) };

export const outputType = (call: Call, zero: HostTensor | undefined, s: Stream): DType => {
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
export function oneScale(call: Call, i: number, what: string): HostTensor {
  const t = needConst(call, i, what);
  if (t.data.length !== 1) refuse(call, `its ${what} has ${t.data.length} values`, 'use one scale per tensor');
  return t;
}

/** An int32 bias counts in units of x_scale · w_scale: an exact product of three numbers. */
export function withIntegerBias(
  call: Call,
  s: Stream,
  bias: HostTensor,
  xScale: HostTensor,
  wScale: HostTensor,
): Stream {
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

export const integerOperators: StreamOperators = {
  QLinearConv: qLinearConv,
  QLinearMatMul: qLinearMatMul,
  MatMulInteger: matMulInteger,
  ConvInteger: convInteger,
};
