import { ROUNDINGS, type Rounding, roundNumber } from '../../num/rounding.ts';
import { type HostAttrs, type HostCall, type HostOp, type HostOps, input, numberAttr, stringAttr } from '../op.ts';
import { axisOf, broadcastStrides, type DType, dtypeRange, type HostTensor, hostTensor, walk } from '../tensor.ts';
import { cast, dtypeOf, zip } from './elementwise.ts';
import { matMul } from './linear.ts';
import { reductions } from './reduce.ts';

/** Smallest and largest code of a QONNX quantiser; bit widths may be fractional in old files. */
export function quantRange(bits: number, signed: boolean, narrow: boolean): { lo: number; hi: number } {
  if (signed) return { lo: -(2 ** (bits - 1)) + (narrow ? 1 : 0), hi: 2 ** (bits - 1) - 1 };
  return { lo: 0, hi: 2 ** bits - 1 - (narrow ? 1 : 0) };
}

export function roundingOf(name: string): Rounding {
  const found = ROUNDINGS.find(
    (r) => r === name.toUpperCase() || (name.toUpperCase() === 'HALF_EVEN' && r === 'ROUND'),
  );
  if (!found) throw new RangeError(`rounding mode ${name} is not one of ${ROUNDINGS.join(', ')}`);
  return found;
}

/** QONNX Quant / IntQuant: clamp, then round; one signed bit is bipolar. */
const quant: HostOp = (call) => {
  const [x, scale, zero, bits] = [input(call, 0), input(call, 1), input(call, 2), input(call, 3)];
  const signed = numberAttr(call.attrs, 'signed', 1) === 1;
  const narrow = numberAttr(call.attrs, 'narrow', 0) === 1;
  const mode = roundingOf(stringAttr(call.attrs, 'rounding_mode', 'ROUND'));
  const data = new Float64Array(x.data.length);
  walk(
    x.shape,
    [scale, zero, bits].map((t) => broadcastStrides(t.shape, x.shape)),
    (i, [ks = 0, kz = 0, kb = 0]) => {
      const [s, z, b] = [scale.data[ks] as number, zero.data[kz] as number, bits.data[kb] as number];
      const y = (x.data[i] as number) / s + z;
      const { lo, hi } = quantRange(b, signed, narrow);
      const q = b === 1 && signed ? (y >= 0 ? 1 : -1) : roundNumber(Math.min(Math.max(y, lo), hi), mode);
      data[i] = (q - z) * s;
    },
  );
  return [hostTensor(x.dtype, x.shape, data)];
};

const bipolarQuant: HostOp = (call) => [zip(input(call, 0), input(call, 1), (x, s) => (x >= 0 ? s : -s))];

/** Trunc 2: what its codes are divided by, the power of two nearest to the ratio of its scales. */
export const truncStep = (scale: number, out: number): number => 2 ** roundNumber(Math.log2(out / scale), 'ROUND');

/** Trunc 2: the codes that it saturates to. */
export const truncRange = (attrs: HostAttrs, bits: number): { lo: number; hi: number } =>
  quantRange(bits, numberAttr(attrs, 'signed', 1) === 1, numberAttr(attrs, 'narrow', 0) === 1);

/** Trunc 1: input, scale, zero, input width, output width. Trunc 2: input, scale, zero, input width, output scale, output width. */
const trunc: HostOp = (call) => {
  const x = input(call, 0);
  const rescales = call.inputs.length > 5;
  const [scale, zero, out] = [input(call, 1), input(call, 2), input(call, rescales ? 4 : 1)];
  const [from, bits] = [input(call, 3).data[0] ?? 0, input(call, rescales ? 5 : 4).data[0] ?? 0];
  const mode = roundingOf(stringAttr(call.attrs, 'rounding_mode', 'FLOOR'));
  const { lo, hi } = truncRange(call.attrs, bits);
  const data = new Float64Array(x.data.length);
  walk(
    x.shape,
    [scale, zero, out].map((t) => broadcastStrides(t.shape, x.shape)),
    (i, [ks = 0, kz = 0, ko = 0]) => {
      const [s, z, o] = [scale.data[ks] as number, zero.data[kz] as number, out.data[ko] as number];
      const drop = rescales ? truncStep(s, o) : 2 ** (from - bits);
      const y = roundNumber((x.data[i] as number) / s + z, 'ROUND') / drop;
      data[i] = rescales
        ? (roundNumber(Math.min(Math.max(y, lo), hi), mode) - z / drop) * o
        : (roundNumber(y, mode) - z) * s;
    },
  );
  return [hostTensor(x.dtype, x.shape, data)];
};

const multiThreshold: HostOp = (call) => {
  const [x, t] = [input(call, 0), input(call, 1)];
  const [rows = 1, steps = 1] = t.shape;
  const last = stringAttr(call.attrs, 'data_layout', 'NCHW').endsWith('C') && x.shape.length > 2;
  const axis = last ? x.shape.length - 1 : Math.min(1, x.shape.length - 1);
  const inner = x.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const c = x.shape[axis] ?? 1;
  const scale = numberAttr(call.attrs, 'out_scale', 1);
  const bias = numberAttr(call.attrs, 'out_bias', 0);
  const f = (v: number, i: number): number => {
    const row = rows === 1 ? 0 : Math.floor(i / inner) % c;
    let n = 0;
    for (let k = 0; k < steps; k++) if (v >= (t.data[row * steps + k] as number)) n++;
    return scale * n + bias;
  };
  return [hostTensor(x.dtype, x.shape, x.data.map(f))];
};

/** Scale and zero point of Quantize/DequantizeLinear: per tensor, per axis, or in blocks along an axis. */
function perAxis(call: HostCall, t: HostTensor | undefined, x: HostTensor): (i: number) => number {
  if (!t) return () => 0;
  if (t.data.length === 1) return () => t.data[0] as number;
  const axis = axisOf(numberAttr(call.attrs, 'axis', 1), x.shape.length);
  const inner = x.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const c = x.shape[axis] ?? 1;
  if (numberAttr(call.attrs, 'block_size', 0) === 0 && t.data.length !== c)
    throw new RangeError(`${t.data.length} scales or zero points for axis ${axis} of [${x.shape}]`);
  const block = numberAttr(call.attrs, 'block_size', 0);
  if (block === 0) return (i) => t.data[Math.floor(i / inner) % c] as number;
  const blocks = t.shape[axis] ?? 1;
  return (i) => {
    const outer = Math.floor(i / (inner * c));
    const at = Math.floor((Math.floor(i / inner) % c) / block);
    return t.data[(outer * blocks + at) * inner + (i % inner)] as number;
  };
}

/** The element type of QuantizeLinear's output: that of the zero point, else `output_dtype`, else uint8. */
function quantizedType(call: HostCall): DType {
  const code = numberAttr(call.attrs, 'output_dtype', 0);
  return call.inputs[2]?.dtype ?? (code === 0 ? 'uint8' : dtypeOf(code));
}

const quantizeLinear: HostOp = (call) => {
  const x = input(call, 0);
  const dtype = quantizedType(call);
  const range = dtypeRange(dtype);
  if (!range) throw new RangeError(`QuantizeLinear to ${dtype} is not supported`);
  const s = perAxis(call, input(call, 1), x);
  const z = perAxis(call, call.inputs[2], x);
  const f = (v: number, i: number): number =>
    Math.min(Math.max(roundNumber(v / s(i), 'ROUND') + z(i), range.lo), range.hi);
  return [hostTensor(dtype, x.shape, x.data.map(f))];
};

const dequantizeLinear: HostOp = (call) => {
  const x = input(call, 0);
  const s = perAxis(call, input(call, 1), x);
  const z = perAxis(call, call.inputs[2], x);
  return [
    hostTensor(
      'float32',
      x.shape,
      x.data.map((v, i) => (v - z(i)) * s(i)),
    ),
  ];
};

const matMulInteger: HostOp = (call) => {
  const shift = (t: HostTensor, z: HostTensor | undefined): HostTensor =>
    z ? zip(t, column(z, t), (a, b) => a - b) : t;
  const product = matMul(shift(input(call, 0), call.inputs[2]), shift(input(call, 1), call.inputs[3]), call.dry);
  return [cast(product, 'int32')];
};

/** A zero point given per row of the first operand stands in a column. */
const column = (z: HostTensor, t: HostTensor): HostTensor =>
  z.shape.length === 1 && z.data.length > 1 && z.data.length !== t.shape[t.shape.length - 1]
    ? hostTensor(z.dtype, [z.data.length, 1], z.data)
    : z;

/** Divisor and bounds of Deeploy's RequantShift, which come as numbers or as tensors of one. */
export function requantShiftOf(attrs: HostAttrs): {
  readonly divisor: number;
  readonly lo: number;
  readonly hi: number;
} {
  const one = (name: string): number | undefined => {
    const v = attrs[name];
    const first = Array.isArray(v) ? v[0] : v;
    return typeof first === 'number' ? first : undefined;
  };
  const levels = one('n_levels_out') ?? one('n_levels') ?? 256;
  const divisor = one('div') ?? 1;
  if (!(divisor >= 1 && Number.isInteger(divisor))) throw new RangeError(`div=${divisor} is no positive integer`);
  if (!(levels >= 2 && levels <= 2 ** 32)) throw new RangeError(`${levels} levels`);
  return one('signed') === 1
    ? { divisor, lo: -Math.floor(levels / 2), hi: Math.ceil(levels / 2) - 1 }
    : { divisor, lo: 0, hi: levels - 1 };
}

const requantShift: HostOp = (call) => {
  const { divisor, lo, hi } = requantShiftOf(call.attrs);
  const sum = zip(
    zip(input(call, 0), input(call, 1), (x, m) => x * m),
    input(call, 2),
    (x, a) => x + a,
  );
  const shift = (v: number): number => Math.min(Math.max(Math.floor((v + Math.floor(divisor / 2)) / divisor), lo), hi);
  return [hostTensor(sum.dtype, sum.shape, sum.data.map(shift))];
};

/** com.microsoft QLinearSoftmax: X, X_scale, X_zero, Y_scale, Y_zero; its attribute `opset` is that of the Softmax. */
const qLinearSoftmax: HostOp = (call) => {
  const at = (inputs: HostCall['inputs']): HostCall => ({ ...call, inputs });
  const [real] = dequantizeLinear(at(call.inputs.slice(0, 3)));
  const softmax = reductions['Softmax']?.({ ...at([real]), opset: numberAttr(call.attrs, 'opset', 13) });
  return quantizeLinear(at([softmax?.[0], call.inputs[3], call.inputs[4]]));
};

export const quantisers: HostOps = {
  QLinearSoftmax: qLinearSoftmax,
  RequantShift: requantShift,
  Quant: quant,
  IntQuant: quant,
  BipolarQuant: bipolarQuant,
  Trunc: trunc,
  MultiThreshold: multiThreshold,
  QuantizeLinear: quantizeLinear,
  DequantizeLinear: dequantizeLinear,
  MatMulInteger: matMulInteger,
};
