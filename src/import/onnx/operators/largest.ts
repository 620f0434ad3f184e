/** The k largest of a softmax, and the gates that are made of them. */
import { numberAttr } from '../../../host/op.ts';
import { axisOf } from '../../../host/tensor.ts';
import { equals, ONE, sign } from '../../../num/rational.ts';
import { originOf, realStream } from '../real.ts';
import type { Choice, Stream, Value } from '../values.ts';
import { contiguous, isContiguous, viewShape } from '../view.ts';
import { constAt, type StreamOperator, type StreamOperators, streamAt } from './operator.ts';

/** Values and indices of the k largest of a softmax, or of logits whose softmax follows. */
const topK: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  if (!s) return undefined;
  const shape = viewShape(s.view);
  const axis = axisOf(numberAttr(call.node.attrs, 'axis', -1), shape.length);
  const k = constAt(call, 1)?.data[0] ?? numberAttr(call.node.attrs, 'k', 0);
  if (axis !== shape.length - 1 || numberAttr(call.node.attrs, 'largest', 1) !== 1 || !(k >= 1)) return undefined;
  const origin = originOf(s);
  const soft = origin?.of.kind === 'softmax' && equals(origin.p, ONE) && sign(origin.q) === 0 ? origin.of.x : undefined;
  if (s.base.kind === 'real' && !soft) return undefined;
  const choice: Choice = { logits: soft ?? s, k, renormalise: false, raw: !soft };
  const out = [...shape.slice(0, -1), k];
  return [false, true].map((indices) => ({
    ...realStream({ kind: 'largest', choice, indices }, out, contiguous(out)),
    ...(indices ? { dtype: 'int64' as const } : {}),
  }));
};

/** The softmax over the k largest logits: gates that sum to one. */
export function softmaxOfLargest(s: Stream): Value[] | undefined {
  const of = s.base.kind === 'real' && s.steps.length === 0 ? s.base.of : undefined;
  if (of?.kind !== 'largest' || !of.choice.raw || of.indices) return undefined;
  const shape = viewShape(s.view);
  const choice: Choice = { ...of.choice, raw: false, renormalise: true };
  return [realStream({ kind: 'largest', choice, indices: false }, shape, contiguous(shape))];
}

/** Gates by their sum: they sum to one. */
export function gatesBySum(a: Stream, b: Stream): Value[] | undefined {
  const [x, sum] = [a, b].map((s) => (s.base.kind === 'real' && s.steps.length === 0 ? s.base.of : undefined));
  if (x?.kind !== 'largest' || sum?.kind !== 'gateSum' || x.choice !== sum.choice || x.indices) return undefined;
  const shape = viewShape(a.view);
  const choice: Choice = { ...x.choice, renormalise: true };
  return [realStream({ kind: 'largest', choice, indices: false }, shape, contiguous(shape))];
}

/** The gates at the places of their experts, zero elsewhere. */
const scatter: StreamOperator = (call) => {
  const [zeros, indices, values] = [constAt(call, 0), streamAt(call, 1), streamAt(call, 2)];
  if (!zeros || !indices || !values) return undefined;
  const [i, v] = [indices, values].map((s) => (s.base.kind === 'real' ? s.base.of : undefined));
  const axis = axisOf(numberAttr(call.node.attrs, 'axis', 0), zeros.shape.length);
  if (i?.kind !== 'largest' || v?.kind !== 'largest' || !i.indices || v.indices || v.choice.raw) return undefined;
  const same = i.choice.logits === v.choice.logits && i.choice.k === v.choice.k;
  if (!same || axis !== zeros.shape.length - 1 || zeros.data.some((z) => z !== 0)) return undefined;
  const gates = realStream({ kind: 'gates', choice: v.choice }, zeros.shape, contiguous(zeros.shape));
  return [{ ...gates, steps: values.steps }];
};

/** Experts' results `[E, N, D]` times gates `[E, N, 1]`, in either order. */
export function weighted(a: Stream, b: Stream): Value[] | undefined {
  for (const [experts, gates] of [
    [a, b],
    [b, a],
  ] as const) {
    const of = gates.base.kind === 'real' ? gates.base.of : undefined;
    if (of?.kind !== 'gates' || experts.base.kind !== 'ir') continue;
    const [shape, over] = [viewShape(experts.view), viewShape(gates.view)];
    const E = viewShape(of.choice.logits.view).at(-1) ?? 1;
    const fits = shape.length === 3 && over.join() === [shape[0], shape[1], 1].join();
    if (!fits || shape[0] !== E || !isContiguous(gates.view, [1, 0])) continue;
    return [realStream({ kind: 'weighted', gates, choice: of.choice, experts }, shape, contiguous(shape))];
  }
  return undefined;
}

export const selections: StreamOperators = { TopK: topK, ScatterElements: scatter };
