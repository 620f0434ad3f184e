/**
 * onnxruntime's MoE and QMoE: as the operators that define them. What they leave real between their products is rounded to
 * 12 bits, so that an activation is a table; that is said.
 */
import { mixtureNote } from '../../../diag/messages-import.ts';
import { numberAttr, stringAttr } from '../../../host/op.ts';
import { int64 } from '../../../host/ops/shape.ts';
import { type HostTensor, hostTensor } from '../../../host/tensor.ts';
import { div, ONE, type Rational, toNumber, ZERO } from '../../../num/rational.ts';
import { numel } from '../../../num/tensor.ts';
import { powerOfTwo, realStream } from '../real.ts';
import { identity, type Step, scaleBy } from '../steps.ts';
import type { Stream, Value } from '../values.ts';
import { contiguous, reshapeView, viewShape } from '../view.ts';
import { arithmetic } from './arithmetic.ts';
import { batchedTimes } from './batched.ts';
import { mixtureOf } from './mixture.ts';
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
import { moved } from './product.ts';

const HIDDEN_BITS = 12;
const MOST_CODE = 2 ** (HIDDEN_BITS - 1) - 1;

/** Constants of one of the two operators. */
interface Weights {
  readonly first: HostTensor;
  readonly firstBias: HostTensor | undefined;
  readonly second: HostTensor;
  readonly secondBias: HostTensor | undefined;
  /** The softmax runs over the chosen alone. */
  readonly renormalise: boolean;
}

const ACTIVATIONS: { readonly [name: string]: readonly Step[] } = {
  relu: [{ kind: 'leaky', slope: [ZERO] }],
  gelu: [{ kind: 'function', name: 'gelu' }],
  silu: [{ kind: 'function', name: 'silu' }],
  identity: [],
};

function stream(values: readonly Value[] | undefined): Stream {
  const [v] = values ?? [];
  if (v?.kind !== 'stream') throw new RangeError('its operands do not fit each other');
  return v;
}

/** x + bias of each expert, `[E, M]`. */
function biased(call: Call, x: Stream, bias: HostTensor | undefined): Stream {
  if (!bias) return x;
  const [E = 1, M = 1] = bias.shape;
  const tensor = moved(call, bias, 'Reshape', {}, [int64([E, 1, M])]);
  return stream(arithmetic['Add']?.({ ...call, inputs: [x, { kind: 'const', tensor }] }));
}

/** The largest magnitude of a product's real values. */
function reach(call: Call, s: Stream): number {
  const { base, steps } = s;
  const [step = identity] = steps;
  if (base.kind !== 'ir' || steps.length > 1 || step.kind !== 'affine')
    throw new RangeError('its first product is no stream');
  const at = (v: readonly Rational[], c: number): number => toNumber((v.length === 1 ? v[0] : v[c]) ?? ONE);
  const channels = call.ctx.channels(s);
  return Math.max(
    ...Array.from({ length: channels }, (_, c) => {
      const { lo, hi } = call.ctx.builder.boundsOf(base.value, c);
      return Math.max(...[lo, hi].map((v) => Math.abs(v * at(step.a, c) + at(step.b, c))));
    }),
  );
}

function mixture(call: Call, w: Weights): Value[] | undefined {
  const { node, ctx } = call;
  const [x, logits] = [streamAt(call, 0), streamAt(call, 1)];
  if (!x || !logits) return undefined;
  const shape = viewShape(x.view);
  const D = shape.at(-1) ?? 1;
  const tokens = numel(shape) / D;
  const rows = reshapeView(x.view, [tokens, D]);
  const odds = reshapeView(logits.view, [tokens, w.first.shape[0] ?? 1]);
  const activation = ACTIVATIONS[stringAttr(node.attrs, 'activation_type', 'relu')];
  if (!activation)
    refuse(
      call,
      `its activation is ${stringAttr(node.attrs, 'activation_type', '')}`,
      `use ${Object.keys(ACTIVATIONS).join(', ')}`,
    );
  if (!rows || !odds) refuse(call, 'its tokens do not lie in rows', 'quantise its input where it is made');
  const up = biased(call, stream(batchedTimes(call, { ...x, view: rows }, w.first)), w.firstBias);
  const unit = powerOfTwo(Math.ceil(Math.log2(reach(call, up) / MOST_CODE)));
  const codes: Step[] = [
    scaleBy([div(ONE, unit)]),
    { kind: 'round', mode: 'ROUND', lo: -MOST_CODE - 1, hi: MOST_CODE },
    scaleBy([unit]),
  ];
  ctx.warnings.push(
    mixtureNote(
      node.name,
      `what goes into its activation and comes out is rounded to ${HIDDEN_BITS} bits, ${toNumber(unit)} apart`,
    ),
  );
  const hidden = apply(up, ...codes, ...activation, ...(activation.length > 0 ? codes : []));
  const down = biased(call, stream(batchedTimes(call, hidden, w.second)), w.secondBias);
  const k = numberAttr(node.attrs, 'k', 1);
  const choice = { logits: { ...logits, view: odds }, k, renormalise: w.renormalise, raw: false };
  const E = w.first.shape[0] ?? 1;
  const gates = realStream({ kind: 'gates', choice }, [tokens, E], contiguous([tokens, E]));
  const sum = mixtureOf(call, { kind: 'weighted', gates, choice, experts: down });
  const view = reshapeView(sum.view, shape);
  return view ? [{ ...sum, view }] : undefined;
}

/** Both weights as `[E, in, out]`. Newer exporters write `[E, out, in]`, which is taken where both readings fit. */
function oriented(call: Call, first: HostTensor, second: HostTensor): readonly [HostTensor, HostTensor] {
  const s = streamAt(call, 0);
  const D = s ? (viewShape(s.view).at(-1) ?? 1) : 1;
  if (first.shape.length !== 3 || second.shape.length !== 3 || !first.shape.slice(1).includes(D))
    throw new RangeError(`weights of [${first.shape}] and [${second.shape}] for ${D} channels`);
  if (first.shape[2] !== D) return [first, second];
  const turned = (t: HostTensor): HostTensor => moved(call, t, 'Transpose', { perm: [0, 2, 1] });
  return [turned(first), turned(second)];
}

const refuseGated = (call: Call, from: number): void => {
  if (call.inputs.slice(from).some((v) => v))
    refuse(call, 'it has a third product (a gated activation)', 'use experts of two products');
  if (numberAttr(call.node.attrs, 'use_sparse_mixer', 0) === 1)
    refuse(call, 'it mixes sparsely (use_sparse_mixer)', 'use top-k gates');
};

/** input, router_probs (logits: the softmax is its own), fc1 weights, fc1 bias, fc2 weights, fc2 bias. */
const moe: StreamOperator = (call) => {
  if (!streamAt(call, 0)) return undefined;
  refuseGated(call, 6);
  const [first, second] = oriented(
    call,
    needConst(call, 2, 'fc1_experts_weights'),
    needConst(call, 4, 'fc2_experts_weights'),
  );
  const biases = [optionalConst(call, 3, 'its first bias'), optionalConst(call, 5, 'its second bias')] as const;
  const renormalise = numberAttr(call.node.attrs, 'normalize_routing_weights', 0) === 1;
  return mixture(call, { first, second, firstBias: biases[0], secondBias: biases[1], renormalise });
};

/** Packed codes around 2^(bits − 1), the first in the low bits of a byte, times one scale per row. */
function unpacked(call: Call, codes: HostTensor, scale: HostTensor, bits: number): HostTensor {
  const [E = 1, rows = 1, bytes = 1] = codes.shape;
  const perByte = 8 / bits;
  const zero = 2 ** (bits - 1);
  if (scale.data.length !== E * rows)
    refuse(call, `its scales of [${scale.shape}] come in blocks`, 'use one scale per row');
  const data = Float64Array.from({ length: codes.data.length * perByte }, (_, i) => {
    const byte = (codes.data[Math.floor(i / perByte)] as number) & 255;
    return ((byte >> (bits * (i % perByte))) & (2 ** bits - 1)) - zero;
  });
  const flat = hostTensor('int8', [E * rows, bytes * perByte], data);
  const scales = { ...scale, shape: [E * rows] };
  const reals = moved(call, flat, 'DequantizeLinear', { axis: 0 }, [scales]);
  return moved(call, reals, 'Reshape', {}, [int64([E, rows, bytes * perByte])]);
}

/** input, router_probs, fc1 weights, scales, bias, fc2 weights, scales, bias; gates are the softmax of the chosen logits. */
const qmoe: StreamOperator = (call) => {
  if (!streamAt(call, 0)) return undefined;
  refuseGated(call, 8);
  const bits = numberAttr(call.node.attrs, 'expert_weight_bits', 4);
  if (bits !== 4 && bits !== 8) refuse(call, `its weights have ${bits} bits`, 'use 4 or 8');
  const at = (i: number): HostTensor =>
    unpacked(call, needConst(call, i, 'its weights'), needConst(call, i + 1, 'its scales'), bits);
  const turned = [at(2), at(5)].map((t) => moved(call, t, 'Transpose', { perm: [0, 2, 1] }));
  const [first, second] = turned as [HostTensor, HostTensor];
  const biases = [optionalConst(call, 4, 'its first bias'), optionalConst(call, 7, 'its second bias')] as const;
  return mixture(call, { first, second, firstBias: biases[0], secondBias: biases[1], renormalise: true });
};

export const moeOperators: StreamOperators = { MoE: moe, QMoE: qmoe };
