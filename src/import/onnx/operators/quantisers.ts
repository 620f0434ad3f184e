import { DiagnosticError } from '../../../diag/diagnostic.ts';
import { badScale } from '../../../diag/messages-import.ts';
import { numberAttr, numbersAttr, stringAttr } from '../../../host/op.ts';
import { dtypeOf } from '../../../host/ops/elementwise.ts';
import { quantRange, roundingOf } from '../../../host/ops/quant.ts';
import { type DType, dtypeRange, type HostTensor } from '../../../host/tensor.ts';
import { div, fromNumber, mul, neg, type Rational, rational } from '../../../num/rational.ts';
import { channelOperand } from '../channels.ts';
import { affine, type Step, scaleBy, shiftBy, zipRationals } from '../steps.ts';
import type { Stream } from '../values.ts';
import { viewShape } from '../view.ts';
import { UNBOUNDED } from './activation.ts';
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

/** Scales must be positive and finite: a NaN or a zero would quietly turn the network into noise. */
export function checkScale(call: Call, t: HostTensor, what: string): void {
  const bad = t.data.find((v) => !(v > 0 && Number.isFinite(v)));
  if (bad !== undefined) throw new DiagnosticError([badScale(call.node.name, what, bad)]);
}

const operand = (call: Call, s: Stream, t: HostTensor): readonly Rational[] =>
  channelOperand(call.ctx, call.folder, s, t, call.node).values;

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
  const [scale, zero] = [operand(call, s, scaleT), operand(call, s, zeroT)];
  const { lo, hi } = quantRange(bits, signed, narrow);
  const round: Step =
    bits === 1 && signed ? { kind: 'sign' } : { kind: 'round', mode, lo: Math.ceil(lo), hi: Math.floor(hi) };
  return [apply(s, toCode(scale, zero), round, toReal(scale, zero))];
};

const bipolarQuant: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  if (!s) return undefined;
  const t = needConst(call, 1, 'its scale');
  checkScale(call, t, 'its scale');
  return [apply(s, { kind: 'sign' }, scaleBy(operand(call, s, t)))];
};

/** QONNX Trunc: codes lose their lowest bits and keep their scale. */
const trunc: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  if (!s) return undefined;
  const [scaleT, zeroT] = [needConst(call, 1, 'its scale'), needConst(call, 2, 'its zero point')];
  checkScale(call, scaleT, 'its scale');
  const drop =
    (needConst(call, 3, 'its input width').data[0] ?? 0) - (needConst(call, 4, 'its output width').data[0] ?? 0);
  const mode = roundingOf(stringAttr(call.node.attrs, 'rounding_mode', 'FLOOR'));
  const [scale, zero] = [operand(call, s, scaleT), operand(call, s, zeroT)];
  const free = { lo: -UNBOUNDED, hi: UNBOUNDED };
  return [
    apply(
      s,
      toCode(scale, zero),
      { kind: 'round', mode: 'ROUND', ...free },
      scaleBy([div(one, fromNumber(2 ** drop))]),
      { kind: 'round', mode, ...free },
      toReal(scale, zero),
    ),
  ];
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
  const columns = Array.from({ length: n }, (_, k) =>
    operand(call, s, {
      dtype: t.dtype,
      shape: rows === 1 ? [] : shape,
      data: Float64Array.from({ length: rows }, (_, r) => t.data[r * n + k] as number),
    }),
  );
  const width = Math.max(...columns.map((c) => c.length));
  const thresholds = Array.from({ length: width }, (_, c) =>
    columns.map((col) => (col.length === 1 ? col[0] : col[c]) as Rational),
  );
  const single = thresholds.map((r) => r[0] as Rational);
  // One threshold that gives ±scale is a sign: it becomes a bipolar value instead of a bit and an offset.
  const symmetric = n === 1 && bias.num * 2n * scale.den === -scale.num * bias.den;
  if (symmetric && scale.num > 0n) return [apply(s, shiftBy(single.map(neg)), { kind: 'sign' }, scaleBy([neg(bias)]))];
  return [apply(s, { kind: 'count', thresholds }, affine([scale], [bias]))];
};

/** Scale or zero point of Quantize/DequantizeLinear, brought to the shape that broadcasts along its axis. */
export function alongAxis(call: Call, s: Stream, t: HostTensor): HostTensor {
  if (t.data.length === 1) return { ...t, shape: [] };
  if (numbersAttr(call.node.attrs, 'block_size'))
    refuse(call, 'its scales come in blocks', 'use one scale per tensor or per channel');
  const rank = viewShape(s.view).length;
  const axis = numberAttr(call.node.attrs, 'axis', 1);
  const after = rank - 1 - (axis < 0 ? axis + rank : axis);
  return { ...t, shape: [t.data.length, ...new Array<number>(Math.max(0, after)).fill(1)] };
}

const NO_ZERO: readonly Rational[] = [rational(0n)];

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
  const scale = operand(call, s, alongAxis(call, s, scaleT));
  const zero = zeroT ? operand(call, s, alongAxis(call, s, zeroT)) : NO_ZERO;
  // Rounding comes before the zero point is added: they commute only because the zero point is an integer, and with
  // half-to-even only because the bounds are moved along and ties are judged without it.
  const z = zero.length === 1 ? Number(zero[0]?.num) : undefined;
  if (z !== undefined) {
    const round: Step = { kind: 'round', mode: 'ROUND', lo: range.lo - z, hi: range.hi - z };
    return { ...apply(s, scaleBy(inverse(scale)), round, shiftBy(zero)), dtype };
  }
  const free: Step = { kind: 'round', mode: 'ROUND', lo: -UNBOUNDED, hi: UNBOUNDED };
  const clamp: Step = { kind: 'clip', lo: fromNumber(range.lo), hi: fromNumber(range.hi) };
  return { ...apply(s, scaleBy(inverse(scale)), free, shiftBy(zero), clamp), dtype };
}

/** Codes → reals. */
export function dequantise(call: Call, s: Stream, scaleT: HostTensor, zeroT: HostTensor | undefined): Stream {
  checkScale(call, scaleT, 'its scale');
  const scale = operand(call, s, alongAxis(call, s, scaleT));
  const zero = zeroT ? operand(call, s, alongAxis(call, s, zeroT)) : NO_ZERO;
  return { ...apply(s, toReal(scale, zero)), dtype: 'float32' };
}

const quantizeLinear: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  const code = numberAttr(call.node.attrs, 'output_dtype', 0);
  const zero = constAt(call, 2);
  const dtype = zero?.dtype ?? (code === 0 ? 'uint8' : dtypeOf(code));
  return s && [quantiseTo(call, s, needConst(call, 1, 'its scale'), zero, dtype)];
};

const dequantizeLinear: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  return s && [dequantise(call, s, needConst(call, 1, 'its scale'), constAt(call, 2))];
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
