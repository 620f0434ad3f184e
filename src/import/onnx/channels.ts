import { DiagnosticError } from '../../diag/diagnostic.ts';
import { unsupportedForm } from '../../diag/messages-import.ts';
import { broadcastShape, broadcastStrides, type HostTensor } from '../../host/tensor.ts';
import type { Rational } from '../../num/rational.ts';
import { numel } from '../../num/tensor.ts';
import type { ConstFolder } from './consts.ts';
import type { ImportContext } from './context.ts';
import type { OnnxNode } from './load.ts';
import { lastRounding, type Step, type Steps } from './steps.ts';
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
  const { stream, values } = channelOperands(ctx, folder, s, [t], node);
  return { stream, values: values[0] ?? [] };
}

/** {@link channelOperand} for several constants of one operator, all on the same stream. */
export function channelOperands(
  ctx: ImportContext,
  folder: ConstFolder,
  s: Stream,
  constants: readonly HostTensor[],
  node: OnnxNode,
): { readonly stream: Stream; readonly values: readonly (readonly Rational[])[] } {
  const logical = viewShape(s.view);
  const out = broadcastShape(logical, ...constants.map((t) => t.shape));
  const view: View = [...Array.from({ length: out.length - logical.length }, () => []), ...s.view];
  if (numel(out) !== numel(logical)) {
    const shapes = constants.map((t) => `[${t.shape}]`).join(', ');
    throw new RangeError(`a constant of ${shapes} is larger than the stream [${logical}]`);
  }
  const stream = { ...s, view };
  const on = (v: View, channels: number): (Rational[] | undefined)[] =>
    constants.map((t) =>
      t.data.length === 1 ? [folder.exact(t, 0)] : spread(folder, t, broadcastStrides(t.shape, out), v, channels),
    );
  const direct = on(view, ctx.channels(s));
  if (direct.every((v) => v !== undefined)) return { stream, values: direct };
  const flat = flatten(ctx, stream, node);
  return { stream: flat, values: on(view, numel(logical)).map((v) => v ?? []) };
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
  if (s.base.kind === 'host' && !s.base.integers && lastRounding(s.steps) < 0) {
    const help = 'use one value per tensor or per channel';
    throw new DiagnosticError([unsupportedForm(node.name, node.op, 'its constants differ from pixel to pixel', help)]);
  }
  const { value, affine } = ctx.linear(s, node);
  const n = numel(ctx.builder.type(value).shape);
  const base = { kind: 'ir' as const, value: ctx.reshaped(value, [n], node) };
  const repeat = (v: readonly Rational[]): readonly Rational[] =>
    v.length === 1 ? v : Array.from({ length: n }, (_, i) => v[i % v.length] as Rational);
  const step: Step = { kind: 'affine', a: repeat(affine.a), b: repeat(affine.b) };
  const steps: Steps = [step];
  return { ...s, base, steps };
}
