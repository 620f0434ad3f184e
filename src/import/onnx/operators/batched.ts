/** Products of a stream with one constant matrix for each expert. */
import { int64 } from '../../../host/ops/shape.ts';
import type { HostTensor } from '../../../host/tensor.ts';
import { constant } from '../../../ir/builder.ts';
import { mul } from '../../../num/rational.ts';
import { numel } from '../../../num/tensor.ts';
import type { IntegerWeights } from '../consts.ts';
import { scaleBy } from '../steps.ts';
import type { Stream, Value } from '../values.ts';
import { contiguous, type View, viewShape } from '../view.ts';
import { type Call, refuse } from './operator.ts';
import { moved, streamTimes, weightsOf } from './product.ts';
import { uniform } from './uniform.ts';

/** x `[…, N, K]` or `[E, N, K]` times constant `[E, K, M]`: `[E, N, M]`, in memory `[N, E·M]`. */
export function batchedTimes(call: Call, x: Stream, w: HostTensor): Value[] {
  const [E = 1, K = 1, M = 1] = w.shape;
  if (w.shape.length !== 3) refuse(call, `its weights have shape [${w.shape}]`, 'one axis of matrices is supported');
  const shape = viewShape(x.view);
  const own = shape.length === 3 && shape[0] === E;
  const N = shape.at(-2) ?? 1;
  if (!own && numel(shape) !== N * K)
    throw new RangeError(`an input of [${shape}] and weights of [${w.shape}] do not multiply`);
  const [result, weights] = own ? eachItsOwn(call, x, w) : oneForAll(call, x, w);
  const memory = contiguous([N, E, M]);
  const view: View = [memory[1] ?? [], memory[0] ?? [], memory[2] ?? []];
  if (result.base.kind === 'ir') call.ctx.batched.set(result.base.value, { x, weights, experts: E, rows: M, cols: K });
  return [{ ...result, view }];
}

/** All experts see one input: one matrix of all their rows. */
function oneForAll(call: Call, x: Stream, w: HostTensor): [Stream, IntegerWeights] {
  const [E = 1, K = 1, M = 1] = w.shape;
  const wide = moved(call, moved(call, w, 'Transpose', { perm: [1, 0, 2] }), 'Reshape', {}, [int64([K, E * M])]);
  const flat: Stream = { ...x, view: x.view.slice(-2) };
  const [product] = streamTimes(call, flat, wide);
  if (product?.kind !== 'stream') throw new RangeError('its product is no stream');
  const rows = moved(call, wide, 'Transpose', { perm: [1, 0] });
  return [product, weightsOf(call.folder, call.node, rows, E * M)];
}

/** Each expert sees the input of its own: a product in groups. */
function eachItsOwn(call: Call, x: Stream, w: HostTensor): [Stream, IntegerWeights] {
  const { ctx, node } = call;
  const [E = 1, K = 1, M = 1] = w.shape;
  const N = viewShape(x.view)[1] ?? 1;
  const codes = uniform(call, x);
  const value = ctx.arranged(codes.value, x, [1, 0, 2], [N, E * K], node);
  const rows = moved(call, moved(call, w, 'Transpose', { perm: [0, 2, 1] }), 'Reshape', {}, [int64([E * M, K])]);
  const weights = weightsOf(call.folder, node, rows, E * M);
  const made = ctx.builder.node({
    op: 'dense',
    name: node.name,
    attrs: { groups: E },
    inputs: [value],
    consts: { weight: constant([E * M, K], weights.data, weights.elem) },
    origin: [node.name],
  });
  const steps = [scaleBy(weights.scale.map((s) => mul(s, codes.scale)))];
  return [{ ...x, base: { kind: 'ir', value: made }, steps }, weights];
}
