import { roundNumber } from '../../num/rounding.ts';
import { erf, gelu, hardSigmoid, sigmoid, softplus } from '../functions.ts';
import { type HostCall, type HostOp, type HostOps, input, numberAttr, stringAttr } from '../op.ts';
import {
  broadcastShape,
  broadcastStrides,
  DTYPES,
  type DType,
  dtypeRange,
  type HostTensor,
  hostTensor,
  isFloat,
  walk,
  zeros,
} from '../tensor.ts';

type Unary = (x: number, attrs: HostCall['attrs']) => number;
type Binary = (a: number, b: number) => number;

const unary =
  (f: Unary): HostOp =>
  (call) => {
    const x = input(call, 0);
    return [
      hostTensor(
        x.dtype,
        x.shape,
        x.data.map((v) => f(v, call.attrs)),
      ),
    ];
  };

/** Applies a function of two numbers under broadcasting. */
export function zip(a: HostTensor, b: HostTensor, f: Binary, dtype: DType = a.dtype): HostTensor {
  const shape = broadcastShape(a.shape, b.shape);
  const data = zeros(shape);
  walk(shape, [broadcastStrides(a.shape, shape), broadcastStrides(b.shape, shape)], (i, [x = 0, y = 0]) => {
    data[i] = f(a.data[x] as number, b.data[y] as number);
  });
  return hostTensor(dtype, shape, data);
}

const binary =
  (f: Binary, dtype?: DType): HostOp =>
  (call) => [zip(input(call, 0), input(call, 1), f, dtype)];

const variadic =
  (f: Binary): HostOp =>
  (call) => {
    const all = call.inputs.filter((t) => t !== undefined);
    return [all.slice(1).reduce((a, b) => zip(a, b, f), input(call, 0))];
  };

const div: HostOp = (call) => {
  const a = input(call, 0);
  return [zip(a, input(call, 1), isFloat(a.dtype) ? (x, y) => x / y : (x, y) => Math.trunc(x / y))];
};

const clip: HostOp = (call) => {
  const x = input(call, 0);
  const lo = call.inputs[1]?.data[0] ?? numberAttr(call.attrs, 'min', Number.NEGATIVE_INFINITY);
  const hi = call.inputs[2]?.data[0] ?? numberAttr(call.attrs, 'max', Number.POSITIVE_INFINITY);
  return [
    hostTensor(
      x.dtype,
      x.shape,
      x.data.map((v) => Math.min(Math.max(v, lo), hi)),
    ),
  ];
};

/** Cast wraps integers as two's complement and truncates towards zero, as C does. */
export function cast(x: HostTensor, dtype: DType): HostTensor {
  const range = dtypeRange(dtype);
  if (dtype === 'float32') return hostTensor(dtype, x.shape, x.data.map(Math.fround));
  if (dtype === 'bool')
    return hostTensor(
      dtype,
      x.shape,
      x.data.map((v) => (v !== 0 ? 1 : 0)),
    );
  if (!range) return hostTensor(dtype, x.shape, x.data);
  const span = range.hi - range.lo + 1;
  const wrap = (v: number): number => {
    const t = Math.trunc(v);
    return t >= range.lo && t <= range.hi ? t : t - Math.floor((t - range.lo) / span) * span;
  };
  return hostTensor(dtype, x.shape, x.data.map(wrap));
}

export function dtypeOf(code: number): DType {
  const found = DTYPES.find(([, c]) => c === code);
  if (!found) throw new RangeError(`element type ${code} is not supported`);
  return found[0];
}

const where: HostOp = (call) => {
  const [c, a, b] = [input(call, 0), input(call, 1), input(call, 2)];
  const shape = broadcastShape(c.shape, a.shape, b.shape);
  const data = zeros(shape);
  const strides = [c, a, b].map((t) => broadcastStrides(t.shape, shape));
  walk(shape, strides, (i, [k = 0, x = 0, y = 0]) => {
    data[i] = c.data[k] ? (a.data[x] as number) : (b.data[y] as number);
  });
  return [hostTensor(a.dtype, shape, data)];
};

const prelu: HostOp = (call) => [zip(input(call, 0), input(call, 1), (x, s) => (x < 0 ? s * x : x))];

export const elementwise: HostOps = {
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: div,
  Pow: binary((a, b) => a ** b),
  Mod: binary((a, b) => a - b * Math.floor(a / b)),
  Min: variadic(Math.min),
  Max: variadic(Math.max),
  Sum: variadic((a, b) => a + b),
  Equal: binary((a, b) => (a === b ? 1 : 0), 'bool'),
  Greater: binary((a, b) => (a > b ? 1 : 0), 'bool'),
  Less: binary((a, b) => (a < b ? 1 : 0), 'bool'),
  GreaterOrEqual: binary((a, b) => (a >= b ? 1 : 0), 'bool'),
  LessOrEqual: binary((a, b) => (a <= b ? 1 : 0), 'bool'),
  And: binary((a, b) => (a && b ? 1 : 0), 'bool'),
  Or: binary((a, b) => (a || b ? 1 : 0), 'bool'),
  Not: unary((x) => (x ? 0 : 1)),
  Neg: unary((x) => -x),
  Abs: unary(Math.abs),
  Sign: unary(Math.sign),
  Sqrt: unary(Math.sqrt),
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Reciprocal: unary((x) => 1 / x),
  Ceil: unary(Math.ceil),
  Floor: unary(Math.floor),
  Round: unary((x) => roundNumber(x, 'ROUND')),
  Erf: unary(erf),
  Relu: unary((x) => Math.max(x, 0)),
  LeakyRelu: unary((x, a) => (x < 0 ? numberAttr(a, 'alpha', 0.01) * x : x)),
  Elu: unary((x, a) => (x < 0 ? numberAttr(a, 'alpha', 1) * Math.expm1(x) : x)),
  Sigmoid: unary(sigmoid),
  HardSigmoid: unary((x, a) => hardSigmoid(x, numberAttr(a, 'alpha', 0.2), numberAttr(a, 'beta', 0.5))),
  HardSwish: unary((x) => x * hardSigmoid(x, 1 / 6, 0.5)),
  Mish: unary((x) => x * Math.tanh(softplus(x))),
  Tanh: unary(Math.tanh),
  Softplus: unary(softplus),
  Softsign: unary((x) => x / (1 + Math.abs(x))),
  Gelu: unary((x, a) => gelu(x, stringAttr(a, 'approximate', 'none') === 'tanh')),
  PRelu: prelu,
  Clip: clip,
  Where: where,
  Cast: (call) => [cast(input(call, 0), dtypeOf(numberAttr(call.attrs, 'to', 1)))],
  Identity: (call) => [input(call, 0)],
  Dropout: (call) => [input(call, 0)],
  DebugMarker: (call) => [input(call, 0)],
};
