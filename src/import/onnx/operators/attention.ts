/** ONNX's Attention (opset 23) and onnxruntime's MultiHeadAttention: as the products and the softmax that define them. */
import { numberAttr } from '../../../host/op.ts';
import { type HostTensor, hostTensor, zeros } from '../../../host/tensor.ts';
import { fromNumber } from '../../../num/rational.ts';
import { scaleBy } from '../steps.ts';
import type { Stream, Value } from '../values.ts';
import { reshapeView, transposeView, viewShape } from '../view.ts';
import { arithmetic } from './arithmetic.ts';
import { softmaxOf, streamProduct } from './attend.ts';
import {
  apply,
  type Call,
  constAt,
  optionalConst,
  refuse,
  type StreamOperator,
  type StreamOperators,
  streamAt,
} from './operator.ts';

/** [B, H, S, d]: as it is, or heads of [B, S, H·d]. */
function inHeads(call: Call, s: Stream, heads: number): Stream {
  const shape = viewShape(s.view);
  if (shape.length === 4) return s;
  const [b = 1, n = 1, row = 1] = shape;
  if (shape.length !== 3 || heads < 1 || row % heads !== 0)
    throw new RangeError(`an operand of [${shape}] in ${heads} heads`);
  const view = reshapeView(s.view, [b, n, heads, row / heads]);
  if (!view) return refuse(call, 'its heads do not lie together', 'quantise its inputs where they are projected');
  return { ...s, view: transposeView(view, [0, 2, 1, 3]) };
}

/** Scores with the causal mask and a constant one: numbers to add, or booleans. */
function hidden(call: Call, scores: Stream, mask: HostTensor | undefined, causal: boolean): Stream {
  const [, , N = 1, M = 1] = viewShape(scores.view);
  const infinity = Number.NEGATIVE_INFINITY;
  const add: HostTensor[] = [];
  if (mask)
    add.push(
      mask.dtype === 'bool'
        ? { ...mask, dtype: 'float32', data: mask.data.map((v) => (v === 0 ? infinity : 0)) }
        : mask,
    );
  if (causal)
    add.push(
      hostTensor(
        'float32',
        [N, M],
        zeros([N, M]).map((_, i) => (i % M > Math.floor(i / M) ? infinity : 0)),
      ),
    );
  return add.reduce((s, tensor) => {
    const sum = arithmetic['Add']?.({ ...call, inputs: [s, { kind: 'const', tensor }] })?.[0];
    return sum?.kind === 'stream' ? sum : s;
  }, scores);
}

function attend(
  call: Call,
  heads: { readonly q: number; readonly kv: number },
  mask: HostTensor | undefined,
): Value[] | undefined {
  const { attrs } = call.node;
  const [q, k, v] = [0, 1, 2].map((i) => streamAt(call, i));
  if (!q || !k || !v) return undefined;
  const flat = q.view.length === 3;
  const [Q, K, V] = [inHeads(call, q, heads.q), inHeads(call, k, heads.kv), inHeads(call, v, heads.kv)];
  const [, H = 1, , d = 1] = viewShape(Q.view);
  if (viewShape(K.view)[1] !== H)
    refuse(call, `${H} heads share ${viewShape(K.view)[1]} keys and values`, 'repeat keys and values for each head');
  const scale = numberAttr(attrs, 'scale', 0) || 1 / Math.sqrt(d);
  const [scores] = streamProduct(call, Q, { ...K, view: transposeView(K.view, [0, 1, 3, 2]) });
  if (scores?.kind !== 'stream') return undefined;
  const causal = numberAttr(attrs, 'is_causal', numberAttr(attrs, 'unidirectional', 0)) === 1;
  const seen = hidden(call, apply(scores, scaleBy([fromNumber(scale)])), mask, causal);
  const [mixed] = streamProduct(call, softmaxOf(call, seen, seen.view.length - 1), V);
  if (mixed?.kind !== 'stream' || !flat) return mixed && [mixed];
  const rows = transposeView(mixed.view, [0, 2, 1, 3]);
  const [b = 1, n = 1, h = 1, width = 1] = viewShape(rows);
  const view = reshapeView(rows, [b, n, h * width]);
  return view
    ? [{ ...mixed, view }]
    : refuse(call, 'its heads do not lie together', 'quantise its inputs where they are projected');
}

const unused = (call: Call, from: number): void => {
  if (call.inputs.slice(from).some((v) => v)) refuse(call, 'it has a cache of past keys', 'export it without one');
  if (call.node.outputs.slice(1).some((o) => o !== ''))
    refuse(call, 'its scores or keys are asked for', 'use only its first output');
};

const attention: StreamOperator = (call) => {
  const { attrs, domain } = call.node;
  if (!streamAt(call, 0)) return undefined;
  if (domain.includes('microsoft'))
    refuse(call, 'it holds the projections too', 'export MatMul, Softmax and MatMul, or opset 23');
  unused(call, 4);
  if (numberAttr(attrs, 'softcap', 0) !== 0) refuse(call, 'it limits its scores (softcap)', 'train without it');
  const heads = { q: numberAttr(attrs, 'q_num_heads', 0), kv: numberAttr(attrs, 'kv_num_heads', 0) };
  return attend(call, heads, optionalConst(call, 3, 'its mask'));
};

const multiHead: StreamOperator = (call) => {
  if (!streamAt(call, 0)) return undefined;
  unused(call, 6);
  if ([3, 4].some((i) => call.inputs[i])) refuse(call, 'it has a bias or a padding mask', 'add the bias before it');
  const heads = numberAttr(call.node.attrs, 'num_heads', 1);
  return attend(call, { q: heads, kv: heads }, constAt(call, 5));
};

export const attentions: StreamOperators = { Attention: attention, MultiHeadAttention: multiHead };
