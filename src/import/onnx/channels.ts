import { broadcastShape, broadcastStrides, type HostTensor } from '../../host/tensor.ts';
import type { Rational } from '../../num/rational.ts';
import { numel } from '../../num/tensor.ts';
import type { ConstFolder } from './consts.ts';
import type { ImportContext } from './context.ts';
import type { OnnxNode } from './load.ts';
import type { Step, Steps } from './steps.ts';
import type { Stream } from './values.ts';
import { offsets, type View, viewShape } from './view.ts';

/** A constant operand spread over the channels of a stream, and the stream it fits (rebased where it had to be). */
export interface ChannelOperand {
  readonly stream: Stream;
  readonly values: readonly Rational[];
}

/**
 * Spreads a broadcast constant over the stream's channels: one value, or one per channel of the base in memory. Where
 * it varies along other axes too, the whole frame becomes one row of channels.
 *
 * Throws RangeError where the shapes do not broadcast or the constant is the larger one.
 */
export function channelOperand(
  ctx: ImportContext,
  folder: ConstFolder,
  s: Stream,
  t: HostTensor,
  node: OnnxNode,
): ChannelOperand {
  const logical = viewShape(s.view);
  const out = broadcastShape(logical, t.shape);
  const view: View = [...Array.from({ length: out.length - logical.length }, () => []), ...s.view];
  if (numel(out) !== numel(logical))
    throw new RangeError(`a constant of [${t.shape}] is larger than the stream [${logical}]`);
  const stream = { ...s, view };
  if (t.data.length === 1) return { stream, values: [folder.exact(t, 0)] };
  const strides = broadcastStrides(t.shape, out);
  const channels = ctx.channels(s);
  const direct = spread(folder, t, strides, view, channels);
  if (direct) return { stream, values: direct };
  const flat = flatten(ctx, stream, node);
  return { stream: flat, values: spread(folder, t, strides, view, numel(logical)) ?? [] };
}

/** Values per channel, undefined where the constant varies beyond them. */
function spread(
  folder: ConstFolder,
  t: HostTensor,
  strides: readonly number[],
  view: View,
  channels: number,
): Rational[] | undefined {
  let entries: readonly { readonly at: number; readonly from: number }[] = [{ at: 0, from: 0 }];
  for (let axis = 0; axis < view.length; axis++) {
    const stride = strides[axis] ?? 0;
    const memory = offsets(view, [axis]);
    if (stride !== 0 && memory.some((o) => o >= channels)) return undefined;
    const inside =
      stride === 0
        ? [...new Set(memory.map((o) => o % channels))].map((o) => [o, 0] as const)
        : memory.map((o, i) => [o, i] as const);
    entries = entries.flatMap((e) => inside.map(([o, i]) => ({ at: e.at + o, from: e.from + i * stride })));
  }
  const exact = new Map<number, Rational>();
  const out: Rational[] = new Array<Rational>(channels);
  for (const { at, from } of entries) {
    let v = exact.get(from);
    if (!v) {
      v = folder.exact(t, from);
      exact.set(from, v);
    }
    out[at % channels] = v;
  }
  return out;
}

/** The same stream with its whole frame as channels: per-channel steps are repeated. */
function flatten(ctx: ImportContext, s: Stream, node: OnnxNode): Stream {
  const { value, affine } = ctx.linear(s, node);
  const n = numel(ctx.builder.type(value).shape);
  const base = { kind: 'ir' as const, value: ctx.reshaped(value, [n], node) };
  const repeat = (v: readonly Rational[]): readonly Rational[] =>
    v.length === 1 ? v : Array.from({ length: n }, (_, i) => v[i % v.length] as Rational);
  const step: Step = { kind: 'affine', a: repeat(affine.a), b: repeat(affine.b) };
  const steps: Steps = [step];
  return { ...s, base, steps };
}
