import { numberAttr, stringAttr } from '../../../host/op.ts';
import { fromNumber, rational, ZERO } from '../../../num/rational.ts';
import type { Rounding } from '../../../num/rounding.ts';
import { channelOperand } from '../channels.ts';
import type { Step } from '../steps.ts';
import { cubicTanh } from './formula.ts';
import {
  apply,
  type Call,
  constAt,
  needConst,
  type StreamOperator,
  type StreamOperators,
  streamAt,
} from './operator.ts';

const one =
  (make: (call: Call) => Step | undefined): StreamOperator =>
  (call) => {
    const s = streamAt(call, 0);
    const step = s && make(call);
    return s && step && [apply(s, step)];
  };

/** Bounds of a rounding that does not clamp. */
export const UNBOUNDED = 2 ** 52;
const rounding = (mode: Rounding): StreamOperator =>
  one(() => ({ kind: 'round', mode, lo: -UNBOUNDED, hi: UNBOUNDED }));
const named = (name: string): StreamOperator => one(() => ({ kind: 'function', name }));

const clip: StreamOperator = one((call) => {
  const bound = (i: number, attr: string): number | undefined => {
    if (call.inputs[i] && !constAt(call, i)) throw new RangeError(`its ${attr} must be a constant`);
    const v = constAt(call, i)?.data[0] ?? call.node.attrs[attr];
    return typeof v === 'number' && Number.isFinite(v) ? v : undefined;
  };
  const [lo, hi] = [bound(1, 'min'), bound(2, 'max')];
  return { kind: 'clip', lo: lo === undefined ? null : fromNumber(lo), hi: hi === undefined ? null : fromNumber(hi) };
});

/** The larger or the smaller of a stream and one number, in either order. */
const limited =
  (bound: 'lo' | 'hi'): StreamOperator =>
  (call) => {
    const s = streamAt(call, 0) ?? streamAt(call, 1);
    const t = constAt(call, 1) ?? constAt(call, 0);
    if (!s || call.inputs.length !== 2 || t?.data.length !== 1 || t.shape.length > s.view.length) return undefined;
    const [value = Number.NaN] = t.data;
    if (!Number.isFinite(value)) return undefined;
    const limit = fromNumber(value);
    return [apply(s, bound === 'lo' ? { kind: 'clip', lo: limit, hi: null } : { kind: 'clip', lo: null, hi: limit })];
  };

const prelu: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  if (!s) return undefined;
  const { stream, values } = channelOperand(call.ctx, call.folder, s, needConst(call, 1, 'its slope'), call.node);
  return [apply(stream, { kind: 'leaky', slope: values })];
};

export const activations: StreamOperators = {
  Relu: one(() => ({ kind: 'leaky', slope: [ZERO] })),
  LeakyRelu: one((c) => ({ kind: 'leaky', slope: [fromNumber(Math.fround(numberAttr(c.node.attrs, 'alpha', 0.01)))] })),
  PRelu: prelu,
  Abs: one(() => ({ kind: 'leaky', slope: [rational(-1n)] })),
  Max: limited('lo'),
  Min: limited('hi'),
  Clip: clip,
  Floor: rounding('FLOOR'),
  Ceil: rounding('CEIL'),
  Round: rounding('ROUND'),
  Sigmoid: named('sigmoid'),
  Tanh: (call) => {
    const s = streamAt(call, 0);
    return (s && cubicTanh(s)) ?? named('tanh')(call);
  },
  Softplus: named('softplus'),
  Softsign: named('softsign'),
  Erf: named('erf'),
  Exp: named('exp'),
  // Only the default alpha of 1 is a function with a name.
  Elu: one((c) => (numberAttr(c.node.attrs, 'alpha', 1) === 1 ? { kind: 'function', name: 'elu' } : undefined)),
  HardSwish: named('hardswish'),
  Mish: named('mish'),
  Gelu: (call) => named(stringAttr(call.node.attrs, 'approximate', 'none') === 'tanh' ? 'gelu_tanh' : 'gelu')(call),
  HardSigmoid: (call) => {
    const s = streamAt(call, 0);
    const a = fromNumber(Math.fround(numberAttr(call.node.attrs, 'alpha', 0.2)));
    const b = fromNumber(Math.fround(numberAttr(call.node.attrs, 'beta', 0.5)));
    return s && [apply(s, { kind: 'affine', a: [a], b: [b] }, { kind: 'clip', lo: ZERO, hi: rational(1n) })];
  },
};
