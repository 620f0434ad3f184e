/** Parts of an axis: Slice, Split and Gather with constant indices, as far as each part is one run of entries. */
import { numberAttr, numbersAttr } from '../../../host/op.ts';
import { axisOf } from '../../../host/tensor.ts';
import type { Rational } from '../../../num/rational.ts';
import { numel } from '../../../num/tensor.ts';
import { affine } from '../steps.ts';
import type { Stream, Value } from '../values.ts';
import { type Factor, offsets, type View, viewShape } from '../view.ts';
import {
  type Call,
  constAt,
  needConst,
  optionalConst,
  refuse,
  type StreamOperator,
  type StreamOperators,
  streamAt,
} from './operator.ts';

/** Entries `start` to `start + size − 1` of an axis of the model's tensor. */
interface Part {
  readonly axis: number;
  readonly start: number;
  readonly size: number;
}

/**
 * The runs of memory that a part is: of the factors of its axis one is cut, those outside it are at one place each (or
 * whole), those inside it whole.
 */
function cuts(
  call: Call,
  factors: readonly Factor[],
  { start, size }: Part,
): { at: number; start: number; size: number }[] {
  const out: { at: number; start: number; size: number }[] = [];
  let [from, left] = [start, size];
  let inner = factors.reduce((n, f) => n * f.size, 1);
  for (const [at, f] of factors.entries()) {
    inner /= f.size;
    const first = Math.floor(from / inner);
    const count = Math.max(1, left / inner);
    const aligned = left >= inner ? from % inner === 0 && left % inner === 0 : (from % inner) + left <= inner;
    if (!aligned || first + count > f.size) {
      const why = `entries ${start} to ${start + size - 1} of an axis of [${factors.map((g) => g.size)}] are no one run`;
      refuse(call, why, 'slice before the reshape that joins these axes');
    }
    if (count < f.size) out.push({ at, start: first, size: count });
    from -= first * inner;
    if (left >= inner) break;
  }
  return out;
}

/** The part of a stream: a `slice` of its memory for every factor that is cut. */
function partOf(call: Call, s: Stream, part: Part): Stream {
  if (part.size === viewShape(s.view)[part.axis]) return s;
  if (s.base.kind === 'real') refuse(call, 'what comes before gives real numbers', 'quantise its input');
  let now = s;
  for (const cut of cuts(call, s.view[part.axis] ?? [], part)) now = sliced(call, now, part.axis, cut);
  const view = now.view.map((axis) => axis.filter((f) => f.size > 1));
  return { ...now, view };
}

/** Factor `at` of an axis cut down; the memory behind it closes up. */
function sliced(
  call: Call,
  s: Stream,
  axis: number,
  { at, start, size }: { readonly at: number; readonly start: number; readonly size: number },
): Stream {
  const { ctx, node } = call;
  const { value, affine: form } = ctx.linear(s, node);
  const f = s.view[axis]?.[at];
  if (!f) return s;
  const total = numel(viewShape(s.view));
  const span = f.size * f.stride;
  const whole = ctx.reshaped(value, [total / span, f.size, f.stride], node);
  const kept = ctx.builder.node({
    op: 'slice',
    name: node.name,
    attrs: { axis: 1, start, size },
    inputs: [whole],
    origin: [node.name],
    elem: ctx.builder.type(whole).elem,
  });
  const closed = (g: Factor): Factor => (g.stride >= span ? { ...g, stride: (g.stride / span) * size * f.stride } : g);
  const view: View = s.view.map((factors, i) =>
    factors.map((g, j) => (i === axis && j === at ? { size, stride: g.stride } : closed(g))),
  );
  // The last axis in memory: as long as the channels were, or what is left of them.
  const before = ctx.builder.type(value).shape.at(-1) ?? 1;
  const inside = before % span === 0 || span % before === 0;
  const channels = !inside || span <= before ? (before / f.size) * size : before;
  const left = (total / f.size) * size;
  const shaped = ctx.reshaped(kept, [left / channels, channels], node);
  const entries = offsets([[{ size: left, stride: 1 }]], [0]).slice(0, channels);
  const origin = (o: number): number => {
    const [outer, rest] = [Math.floor(o / (size * f.stride)), o % (size * f.stride)];
    return outer * span + start * f.stride + rest;
  };
  const along = (v: readonly Rational[]): readonly Rational[] =>
    v.length === 1 ? v : entries.map((o) => v[origin(o) % v.length] as Rational);
  const steps = [affine(along(form.a), along(form.b))];
  return { ...s, base: { kind: 'ir', value: shaped }, steps, view };
}

/** Starts, ends, axes and steps as inputs, or as attributes in old opsets. */
const slice: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  if (!s) return undefined;
  const numbers = (name: string, i: number): number[] | undefined =>
    call.inputs[i] ? [...needConst(call, i, `its ${name}`).data] : numbersAttr(call.node.attrs, name);
  const [starts = [], ends = []] = [numbers('starts', 1), numbers('ends', 2)];
  const axes = numbers('axes', 3) ?? starts.map((_, i) => i);
  const steps = numbers('steps', 4) ?? starts.map(() => 1);
  if (steps.some((k) => k !== 1)) refuse(call, `its steps are [${steps}]`, 'only runs of entries can be taken');
  let now = s;
  axes.forEach((a, i) => {
    const axis = axisOf(a, s.view.length);
    const extent = viewShape(s.view)[axis] ?? 1;
    const place = (v: number): number => Math.min(Math.max(v < 0 ? v + extent : v, 0), extent);
    const [start, end] = [place(starts[i] ?? 0), place(ends[i] ?? extent)];
    if (end <= start) refuse(call, `nothing is left of axis ${axis}`, 'remove it');
    now = partOf(call, now, { axis, start, size: end - start });
  });
  return [now];
};

const split: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  if (!s) return undefined;
  const { attrs, outputs } = call.node;
  const axis = axisOf(numberAttr(attrs, 'axis', 0), s.view.length);
  const extent = viewShape(s.view)[axis] ?? 1;
  const parts = numberAttr(attrs, 'num_outputs', outputs.length);
  const even = Math.ceil(extent / parts);
  const sizes = [...(optionalConst(call, 1, 'its sizes')?.data ?? [])];
  const given =
    sizes.length > 0
      ? sizes
      : (numbersAttr(attrs, 'split') ?? Array.from({ length: parts }, (_, i) => Math.min(even, extent - i * even)));
  if (given.reduce((a, b) => a + b, 0) !== extent) throw new RangeError(`parts of [${given}] of an axis of ${extent}`);
  let start = 0;
  return given.map((size): Value => {
    const part = partOf(call, s, { axis, start, size });
    start += size;
    return part;
  });
};

/** Indices that follow each other: a part of the axis; a single number takes the axis away. */
const gather: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  if (!s) return undefined;
  const t = constAt(call, 1);
  const axis = axisOf(numberAttr(call.node.attrs, 'axis', 0), s.view.length);
  const extent = viewShape(s.view)[axis] ?? 1;
  if (!t) refuse(call, 'its indices are computed', 'only constant indices can be wires');
  const indices = [...t.data].map((i) => (i < 0 ? i + extent : i));
  const [first = 0] = indices;
  if (indices.some((v, i) => v !== first + i) || first < 0 || first + indices.length > extent)
    refuse(
      call,
      `its indices are [${indices.slice(0, 8)}] of ${extent}`,
      'indices that follow each other can be taken',
    );
  const part = partOf(call, s, { axis, start: first, size: indices.length });
  const inside = t.shape.length === 0 ? [] : [...t.shape.slice(0, -1).map((): Factor[] => []), part.view[axis] ?? []];
  if (t.shape.length > 1 && t.shape.at(-1) !== indices.length)
    refuse(call, `its indices have shape [${t.shape}]`, 'use one axis of indices');
  return [{ ...part, view: [...part.view.slice(0, axis), ...inside, ...part.view.slice(axis + 1)] }];
};

export const parts: StreamOperators = { Slice: slice, Split: split, Gather: gather };
