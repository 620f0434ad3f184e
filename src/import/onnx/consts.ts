import { type HostCall, input, numberAttr, stringAttr } from '../../host/op.ts';
import { hostOps } from '../../host/ops/index.ts';
import { quantRange, roundingOf } from '../../host/ops/quant.ts';
import { broadcastStrides, type HostTensor, hostTensor, walk, zeros } from '../../host/tensor.ts';
import { bipolar, type ElemType, elemFor } from '../../num/elem.ts';
import { fromNumber, mul, type Rational, rational } from '../../num/rational.ts';
import { roundNumber } from '../../num/rounding.ts';
import { valueRange } from '../../num/tensor.ts';
import type { OnnxNode } from './load.ts';

/** A constant that went through a quantiser: real = code · scale, both of the tensor's full shape, both exact. */
export interface Codes {
  readonly code: HostTensor;
  readonly scale: HostTensor;
}

/**
 * Folds constants and remembers, beside the real numbers, the integers and scales that quantisers made of them: the
 * product of a code and an arbitrary double scale is rounded, the pair is not.
 */
export class ConstFolder {
  private readonly codes = new WeakMap<HostTensor, Codes>();

  codesOf(t: HostTensor): Codes | undefined {
    return this.codes.get(t);
  }

  /** The exact value of one element. */
  exact(t: HostTensor, i: number): Rational {
    const c = this.codes.get(t);
    if (!c) return fromNumber(t.data[i] as number);
    return mul(fromNumber(c.code.data[i] as number), fromNumber(c.scale.data[i] as number));
  }

  /** Evaluates an operator whose inputs are all known; undefined when the host does not know the operator. */
  fold(node: OnnxNode, inputs: readonly (HostTensor | undefined)[]): HostTensor[] | undefined {
    const f = hostOps.get(node.op);
    if (!f) return undefined;
    const call: HostCall = { inputs, attrs: node.attrs, opset: node.opset, outputs: node.outputs.length };
    const results = f(call);
    const first = results[0];
    const codes = first && this.track(node.op, call);
    if (first && codes) this.codes.set(first, codes);
    return results;
  }

  /** The codes behind a result: made by a quantiser, or carried through an operator that only moves elements. */
  private track(op: string, call: HostCall): Codes | undefined {
    if (MOVES.has(op)) {
      const known = call.inputs[0] && this.codes.get(call.inputs[0]);
      const f = hostOps.get(op);
      if (!known || !f) return undefined;
      const move = (t: HostTensor): HostTensor | undefined => f({ ...call, inputs: [t, ...call.inputs.slice(1)] })[0];
      const [code, scale] = [move(known.code), move(known.scale)];
      return code && scale ? { code, scale } : undefined;
    }
    const quantise = QUANTISERS[op];
    return quantise?.(call);
  }
}

const MOVES = new Set(['Transpose', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Identity', 'Dropout']);

const full = (t: HostTensor, like: HostTensor): HostTensor => {
  const data = zeros(like.shape);
  walk(like.shape, [broadcastStrides(t.shape, like.shape)], (i, [o = 0]) => {
    data[i] = t.data[o] as number;
  });
  return hostTensor('float64', like.shape, data);
};

const QUANTISERS: { readonly [op: string]: (call: HostCall) => Codes } = {
  Quant: quantCodes,
  IntQuant: quantCodes,
  BipolarQuant: (call) => {
    const x = input(call, 0);
    return {
      code: hostTensor(
        'float64',
        x.shape,
        x.data.map((v) => (v >= 0 ? 1 : -1)),
      ),
      scale: full(input(call, 1), x),
    };
  },
  DequantizeLinear: (call) => {
    const x = input(call, 0);
    const ones = {
      ...call,
      inputs: [
        x,
        hostTensor(
          'float32',
          input(call, 1).shape,
          input(call, 1).data.map(() => 1),
        ),
        call.inputs[2],
      ],
    };
    const zeros = {
      ...call,
      inputs: [
        hostTensor(
          'float32',
          x.shape,
          x.data.map(() => 1),
        ),
        input(call, 1),
      ],
    };
    const run = hostOps.get('DequantizeLinear');
    return { code: run?.(ones)[0] ?? x, scale: run?.(zeros)[0] ?? x };
  },
};

function quantCodes(call: HostCall): Codes {
  const [x, s, z, b] = [input(call, 0), input(call, 1), input(call, 2), input(call, 3)];
  const [scale, zero, bits] = [full(s, x), full(z, x), full(b, x)];
  const signed = numberAttr(call.attrs, 'signed', 1) === 1;
  const narrow = numberAttr(call.attrs, 'narrow', 0) === 1;
  const mode = roundingOf(stringAttr(call.attrs, 'rounding_mode', 'ROUND'));
  const code = x.data.map((v, i) => {
    const y = v / (scale.data[i] as number) + (zero.data[i] as number);
    const width = bits.data[i] as number;
    if (width === 1 && signed) return y >= 0 ? 1 : -1;
    const { lo, hi } = quantRange(width, signed, narrow);
    return roundNumber(Math.min(Math.max(y, lo), hi), mode) - (zero.data[i] as number);
  });
  return { code: hostTensor('float64', x.shape, code), scale };
}

/** Weights as integers: real[r, c] = scale[r] · data[r, c]; one scale, or one per row. */
export interface IntegerWeights {
  readonly data: Int32Array;
  readonly elem: ElemType;
  readonly scale: readonly Rational[];
}

/** Codes that 32-bit storage holds. */
const MAX_CODE = 2 ** 31 - 1;

/** The widest integer weight that is taken for quantised when no quantiser says so. */
const MAX_WEIGHT_BITS = 16;

/**
 * Integer weights of a matrix [rows, cols]: the quantiser's own codes, or, for constants without one, the multiples of
 * the greatest common divisor of the tensor (or of each row). The number of bits when they are real numbers.
 */
export function integerWeights(folder: ConstFolder, t: HostTensor, rows: number): IntegerWeights | number {
  if (t.data.some((v) => !Number.isFinite(v))) throw new RangeError('its weights hold NaN or Infinity');
  const codes = folder.codesOf(t);
  const fromCodes = codes && perRow(codes, rows);
  if (fromCodes) return fromCodes;
  const cols = t.data.length / rows;
  const whole = divide(t.data, [commonDivisor(t.data)], cols);
  if (typeof whole !== 'number') return whole;
  const divisors = Array.from({ length: rows }, (_, r) => commonDivisor(t.data.subarray(r * cols, (r + 1) * cols)));
  return divide(t.data, divisors, cols);
}

function perRow({ code, scale }: Codes, rows: number): IntegerWeights | undefined {
  const cols = code.data.length / rows;
  if (code.data.some((c) => !Number.isInteger(c) || Math.abs(c) > MAX_CODE)) return undefined;
  const firsts = Array.from({ length: rows }, (_, r) => scale.data[r * cols] as number);
  if (scale.data.some((s, i) => s !== firsts[Math.floor(i / cols)])) return undefined;
  const one = firsts.every((s) => s === firsts[0]);
  return { ...typed(Int32Array.from(code.data)), scale: (one ? firsts.slice(0, 1) : firsts).map(fromNumber) };
}

function typed(data: Int32Array): { data: Int32Array; elem: ElemType } {
  const isBipolar = data.every((v) => v === 1 || v === -1);
  return { data, elem: isBipolar ? bipolar : elemFor(valueRange(data)) };
}

function divide(data: Float64Array, divisors: readonly number[], cols: number): IntegerWeights | number {
  const out = new Int32Array(data.length);
  let bits = 1;
  for (let i = 0; i < data.length; i++) {
    const d = divisors.length === 1 ? divisors[0] : divisors[Math.floor(i / cols)];
    const q = (data[i] as number) / (d || 1);
    bits = Math.max(bits, Math.ceil(Math.log2(Math.abs(q) + 1)) + 1);
    out[i] = q;
  }
  if (bits > MAX_WEIGHT_BITS || divisors.some((d) => !Number.isFinite(d))) return bits;
  return { ...typed(out), scale: divisors.map((d) => (d === 0 ? rational(1n) : fromNumber(d))) };
}

/** The greatest double that divides all values exactly, 0 for all zeros; NaN when their exponents lie too far apart. */
export function commonDivisor(data: Float64Array): number {
  let scale = 1;
  for (const v of data) {
    if (!Number.isFinite(v)) return Number.NaN;
    while (!Number.isInteger(v * scale)) {
      scale *= 2;
      if (scale > 2 ** 1000) return Number.NaN;
    }
  }
  let g = 0;
  for (const v of data) {
    let a = Math.abs(v * scale);
    if (a > Number.MAX_SAFE_INTEGER) return Number.NaN;
    while (a !== 0) [g, a] = [a, g % a];
  }
  return g / scale;
}
