import { DiagnosticError } from '../../../diag/diagnostic.ts';
import { badScale } from '../../../diag/messages-import.ts';
import { numberAttr, stringAttr } from '../../../host/op.ts';
import { dtypeOf } from '../../../host/ops/elementwise.ts';
import { quantRange, roundingOf, truncRange, truncStep } from '../../../host/ops/quant.ts';
import { axisOf, type DType, dtypeRange, type HostTensor } from '../../../host/tensor.ts';
import {
  compare,
  div,
  equals,
  fromNumber,
  mul,
  neg,
  type Rational,
  rational,
  toNumber,
} from '../../../num/rational.ts';
import { roundNumber } from '../../../num/rounding.ts';
import { channelOperands } from '../channels.ts';
import { affine, type Step, scaleBy, shiftBy, zipRationals } from '../steps.ts';
import type { Stream } from '../values.ts';
import { viewShape } from '../view.ts';
import { UNBOUNDED } from './activation.ts';
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

/** Scales must be positive and finite: a NaN or a zero would quietly turn the network into noise. */
export function checkScale(call: Call, t: HostTensor, what: string): void {
  const bad = t.data.find((v) => !(v > 0 && Number.isFinite(v)));
  if (bad !== undefined) throw new DiagnosticError([badScale(call.node.name, what, bad)]);
}

/** Constants spread over the channels of a stream, and the stream that they fit. */
const operands = (call: Call, s: Stream, ...t: readonly HostTensor[]): ReturnType<typeof channelOperands> =>
  channelOperands(call.ctx, call.folder, s, t, call.node);

const one = rational(1n);
const inverse = (v: readonly Rational[]): readonly Rational[] => v.map((x) => div(one, x));

/** real → code: x / scale + zero. */
const toCode = (scale: readonly Rational[], zero: readonly Rational[]): Step => affine(inverse(scale), zero);
/** code → real: scale · (q − zero). */
const toReal = (scale: readonly Rational[], zero: readonly Rational[]): Step =>
  affine(
    scale,
    zipRationals(scale, zero, (s, z) => neg(mul(s, z))),
  );

const quant: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  if (!s) return undefined;
  const [scaleT, zeroT, bitsT] = [
    needConst(call, 1, 'its scale'),
    needConst(call, 2, 'its zero point'),
    needConst(call, 3, 'its bit width'),
  ];
  checkScale(call, scaleT, 'its scale');
  const bits = bitsT.data[0] ?? 0;
  if (bitsT.data.some((b) => b !== bits))
    refuse(call, 'its bit width differs between channels', 'use one bit width per tensor');
  if (!(bits >= 1 && bits <= 32)) refuse(call, `its bit width is ${bits}`, 'use 1 to 32 bits');
  const signed = numberAttr(call.node.attrs, 'signed', 1) === 1;
  const narrow = numberAttr(call.node.attrs, 'narrow', 0) === 1;
  const mode = roundingOf(stringAttr(call.node.attrs, 'rounding_mode', 'ROUND'));
  const { stream, values } = operands(call, s, scaleT, zeroT);
  const [scale = [], zero = []] = values;
  const { lo, hi } = quantRange(bits, signed, narrow);
  // Bit widths may be fractional: roundings are monotone, so the bounds may be rounded first.
  const [low, high] = [roundNumber(lo, mode), roundNumber(hi, mode)];
  const round: Step = bits === 1 && signed ? { kind: 'sign' } : { kind: 'round', mode, lo: low, hi: high };
  return [apply(stream, toCode(scale, zero), round, toReal(scale, zero))];
};

const bipolarQuant: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  if (!s) return undefined;
  const t = needConst(call, 1, 'its scale');
  checkScale(call, t, 'its scale');
  const { stream, values } = operands(call, s, t);
  return [apply(stream, { kind: 'sign' }, scaleBy(values[0] ?? []))];
};

/**
 * QONNX Trunc: codes lose their lowest bits. Version 1 (… input width, output width) keeps the scale; version 2 (…
 * input width, output scale, output width) drops as many bits as the scales differ by, and saturates.
 */
const trunc: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  if (!s) return undefined;
  const tensors = [needConst(call, 1, 'its scale'), needConst(call, 2, 'its zero point')];
  const from = needConst(call, 3, 'its input width').data[0] ?? 0;
  const rescales = call.node.inputs.length > 5;
  if (rescales) tensors.push(needConst(call, 4, 'its output scale'));
  for (const i of [0, 2]) if (tensors[i]) checkScale(call, tensors[i], i === 0 ? 'its scale' : 'its output scale');
  const bits = needConst(call, rescales ? 5 : 4, 'its output width').data[0] ?? 0;
  const mode = roundingOf(stringAttr(call.node.attrs, 'rounding_mode', 'FLOOR'));
  const { stream, values } = operands(call, s, ...tensors);
  const [scale = [], zero = [], out] = values;
  const free = { lo: -UNBOUNDED, hi: UNBOUNDED };
  const codes = apply(stream, toCode(scale, zero), { kind: 'round', mode: 'ROUND', ...free });
  if (!out) {
    const drop = scaleBy([div(one, fromNumber(2 ** (from - bits)))]);
    return [apply(codes, drop, { kind: 'round', mode, ...free }, toReal(scale, zero))];
  }
  const { lo, hi } = truncRange(call.node.attrs, bits);
  const drop = zipRationals(scale, out, (x, y) => fromNumber(truncStep(toNumber(x), toNumber(y))));
  const codesOut: Step = { kind: 'round', mode, lo, hi };
  return [apply(codes, scaleBy(inverse(drop)), codesOut, toReal(out, zipRationals(zero, drop, div)))];
};

const multiThreshold: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  if (!s) return undefined;
  const t = needConst(call, 1, 'its thresholds');
  const [rows = 1, n = 1] = t.shape;
  const scale = fromNumber(numberAttr(call.node.attrs, 'out_scale', 1));
  const bias = fromNumber(numberAttr(call.node.attrs, 'out_bias', 0));
  const last = stringAttr(call.node.attrs, 'data_layout', 'NCHW').endsWith('C');
  const rank = s.view.length;
  // The thresholds' rows run along the channel axis of the model's tensor; bring each column to memory order.
  const shape = last || rank < 2 ? [rows] : [rows, ...new Array<number>(rank - 2).fill(1)];
  const { stream, values: columns } = operands(
    call,
    s,
    ...Array.from({ length: n }, (_, k) => ({
      dtype: t.dtype,
      shape: rows === 1 ? [] : shape,
      data: Float64Array.from({ length: rows }, (_, r) => t.data[r * n + k] as number),
    })),
  );
  const width = Math.max(1, ...columns.map((c) => c.length));
  const thresholds = Array.from({ length: width }, (_, c) =>
    columns.map((col) => (col.length === 1 ? col[0] : col[c]) as Rational).sort(compare),
  );
  const single = thresholds.map((r) => r[0] as Rational);
  // One threshold that gives ±scale is a sign: it becomes a bipolar value instead of a bit and an offset.
  const symmetric = n === 1 && bias.num * 2n * scale.den === -scale.num * bias.den;
  if (symmetric && scale.num > 0n)
    return [apply(stream, shiftBy(single.map(neg)), { kind: 'sign' }, scaleBy([neg(bias)]))];
  return [apply(stream, { kind: 'count', thresholds }, affine([scale], [bias]))];
};

/** Scale or zero point of Quantize/DequantizeLinear, brought to the shape that broadcasts along its axis. */
function alongAxis(call: Call, s: Stream, t: HostTensor): HostTensor {
  if (t.data.length === 1) return { ...t, shape: [] };
  if (numberAttr(call.node.attrs, 'block_size', 0) > 0 || t.shape.length !== 1)
    refuse(call, `its scales come in blocks of [${t.shape}]`, 'use one scale per tensor or per channel');
  const shape = viewShape(s.view);
  const axis = axisOf(numberAttr(call.node.attrs, 'axis', 1), shape.length);
  if (t.data.length !== shape[axis])
    throw new RangeError(`${t.data.length} scales or zero points for axis ${axis} of [${shape}]`);
  return { ...t, shape: [t.data.length, ...shape.slice(axis + 1).map(() => 1)] };
}

const NO_ZERO: HostTensor = { dtype: 'int32', shape: [], data: Float64Array.of(0) };

/** x → codes of `dtype`, saturated. */
export function quantiseTo(
  call: Call,
  s: Stream,
  scaleT: HostTensor,
  zeroT: HostTensor | undefined,
  dtype: DType,
): Stream {
  checkScale(call, scaleT, 'its scale');
  const range = dtypeRange(dtype);
  if (!range || range.hi > 2 ** 32) throw new RangeError(`cannot quantise to ${dtype}`);
  const { stream, values } = operands(call, s, alongAxis(call, s, scaleT), alongAxis(call, s, zeroT ?? NO_ZERO));
  const [scale = [], zeros = []] = values;
  const zero = zeros.every((z) => equals(z, zeros[0] as Rational)) ? zeros.slice(0, 1) : zeros;
  // Rounding comes before the zero point is added: they commute only because the zero point is an integer, and with
  // half-to-even only because the bounds are moved along and ties are judged without it.
  const z = zero.length === 1 ? Number(zero[0]?.num) : undefined;
  if (z !== undefined) {
    const round: Step = { kind: 'round', mode: 'ROUND', lo: range.lo - z, hi: range.hi - z };
    return { ...apply(stream, scaleBy(inverse(scale)), round, shiftBy(zero)), dtype };
  }
  const free: Step = { kind: 'round', mode: 'ROUND', lo: -UNBOUNDED, hi: UNBOUNDED };
  const clamp: Step = { kind: 'clip', lo: fromNumber(range.lo), hi: fromNumber(range.hi) };
  return { ...apply(stream, scaleBy(inverse(scale)), free, shiftBy(zero), clamp), dtype };
}

/** Codes → reals. */
export function dequantise(call: Call, s: Stream, scaleT: HostTensor, zeroT: HostTensor | undefined): Stream {
  checkScale(call, scaleT, 'its scale');
  const { stream, values } = operands(call, s, alongAxis(call, s, scaleT), alongAxis(call, s, zeroT ?? NO_ZERO));
  const [scale = [], zero = []] = values;
  return { ...apply(stream, toReal(scale, zero)), dtype: 'float32' };
}

const quantizeLinear: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  const code = numberAttr(call.node.attrs, 'output_dtype', 0);
  const zero = optionalConst(call, 2, 'its zero point');
  const dtype = zero?.dtype ?? (code === 0 ? 'uint8' : dtypeOf(code));
  return s && [quantiseTo(call, s, needConst(call, 1, 'its scale'), zero, dtype)];
};

const dequantizeLinear: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  return s && [dequantise(call, s, needConst(call, 1, 'its scale'), optionalConst(call, 2, 'its zero point'))];
};

export const quantisers: StreamOperators = {
  Quant: quant,
  IntQuant: quant,
  BipolarQuant: bipolarQuant,
  Trunc: trunc,
  MultiThreshold: multiThreshold,
  QuantizeLinear: quantizeLinear,
  DequantizeLinear: dequantizeLinear,
};
