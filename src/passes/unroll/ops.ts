import type { OpContext } from '../../ir/op.ts';
import type { AddAttrs } from '../../ir/ops/add/sum.ts';
import type { PadAttrs } from '../../ir/ops/pad/op.ts';
import type { ReduceAttrs } from '../../ir/ops/reduce/op.ts';
import { type ReorderAttrs, sourceIndices } from '../../ir/ops/reorder/permute.ts';
import { type RequantiseAttrs, scalingOf } from '../../ir/ops/requantise/op.ts';
import { channelsOf } from '../../ir/ops/rows.ts';
import { lookupOf, type TableAttrs } from '../../ir/ops/table/op.ts';
import { stepFunctions, type ThresholdsAttrs } from '../../ir/ops/thresholds/op.ts';
import { gatherRow, padImage, positions } from '../../ir/ops/window/geometry.ts';
import type { WindowAttrs } from '../../ir/ops/window/op.ts';
import type { NetlistBuilder } from '../../netlist/builder.ts';
import type { Solver } from '../../netlist/cmvm/solver.ts';
import { numel } from '../../num/tensor.ts';
import { addendOf, looked, scaled, stepped } from './functions.ts';
import { levelsOf, loadedMatVec, matVec, times } from './matvec.ts';
import { known, materialise, type Term } from './term.ts';

/** The elements of a node's result from those of its inputs; undefined where this form has no circuit. */
export type Unroll = (
  b: NetlistBuilder,
  ctx: OpContext,
  inputs: readonly (readonly Term[])[],
  around: Around,
) => Term[] | undefined;

/** What a node's surroundings give it. */
export interface Around {
  readonly reader: Reader;
  readonly parameters: Parameters;
  readonly solver: Solver | undefined;
}

/** Constants of a node that are loaded at run time: values of the netlist, made once; undefined where they are fixed. */
export type Parameters = (role: string) => readonly number[] | undefined;

/** Which constant the only reader of a result adds to each channel first, if any. */
export type Reader = (channel: number) => number | undefined;

const shapeOf = (ctx: OpContext, i = 0): readonly number[] => ctx.inputs[i]?.shape ?? [];

/** Applies `f` to each element with its channel. */
function perElement(
  ctx: OpContext,
  x: readonly Term[],
  f: (t: Term, channel: number) => Term | undefined,
): Term[] | undefined {
  const channels = channelsOf(shapeOf(ctx));
  const out = x.map((t, i) => f(t, i % channels));
  const made = out.filter((t) => t !== undefined);
  return made.length === out.length ? made : undefined;
}

/** Elements chosen by index: the op is wires. */
const chosen = (x: readonly Term[], indices: ArrayLike<number>): Term[] => Array.from(indices, (i) => x[i] as Term);

const ramp = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i);

const dense: Unroll = (b, ctx, [x = []], { reader, parameters, solver }) => {
  const loaded = parameters('weight');
  const w = ctx.consts['weight'];
  const [rows = 0, cols = 0] = w?.shape ?? [];
  const groups = Number(ctx.attrs['groups']);
  const out: Term[] = [];
  const levels = levelsOf(b);
  for (let p = 0; p < x.length; p += cols * groups) {
    for (let g = 0; g < groups; g++) {
      const from = p + g * cols;
      const own = x.slice(from, from + cols);
      const [first, end] = [(g * rows * cols) / groups, ((g + 1) * rows * cols) / groups];
      if (loaded) {
        out.push(...loadedMatVec(b, loaded.slice(first, end), own, rows / groups));
        continue;
      }
      const wanted: Reader = (row) => reader((g * rows) / groups + row);
      const weights = (w?.data ?? new Int32Array()).subarray(first, end);
      out.push(...matVec(b, weights, own, rows / groups, { wanted, levels, solver }));
    }
  }
  return out;
};

const depthwise: Unroll = (b, ctx, [x = []], { reader, parameters }) => {
  const loaded = parameters('weight');
  const w = ctx.consts['weight'];
  const [channels = 1, taps = 1] = w?.shape ?? [];
  return Array.from({ length: x.length / taps }, (_, i) => {
    const c = i % channels;
    const first = ((i - c) / channels) * taps * channels + c;
    const column = Array.from({ length: taps }, (_x, k) => x[first + k * channels] as Term);
    if (loaded) return loadedMatVec(b, loaded.slice(c * taps, (c + 1) * taps), column, 1)[0] as Term;
    const row = (w?.data ?? new Int32Array()).subarray(c * taps, (c + 1) * taps);
    return matVec(b, row, column, 1, { wanted: () => reader(c) })[0] as Term;
  });
};

const add: Unroll = (b, ctx, [x = [], y = []]) => {
  const { mulA, mulB, offset } = ctx.attrs as AddAttrs;
  return x.map((t, i) => {
    const parts = [times(b, t, mulA), times(b, y[i] as Term, mulB)];
    const sum = matVec(b, [1, 1], parts, 1)[0] as Term;
    return { ...sum, offset: sum.offset + offset };
  });
};

/** Reduces rows of `k` positions of `c` channels. */
function reduced(b: NetlistBuilder, x: readonly Term[], k: number, c: number, kind: string): Term[] {
  return Array.from({ length: x.length / k }, (_, i) => {
    const first = ((i - (i % c)) / c) * k * c + (i % c);
    const list = Array.from({ length: k }, (_x, t) => x[first + t * c] as Term);
    if (kind === 'sum') return matVec(b, new Int32Array(k).fill(1), list, 1)[0] as Term;
    return list.reduce((p, q) => larger(b, p, q));
  });
}

/** The larger of two terms; what they have in common stays outside the comparison. */
function larger(b: NetlistBuilder, p: Term, q: Term): Term {
  const common = p.shift === q.shift && p.offset === q.offset && p.value !== undefined && q.value !== undefined;
  const [x, y] = common ? [p.value, q.value] : [materialise(b, p), materialise(b, q)];
  const value = b.mux(b.atLeast(b.sub(x, 0, y, 0), 0), x, y);
  return common ? { ...p, value } : { value, shift: 0, offset: 0 };
}

/** By the kind of the op. Composite ops were decomposed before. */
export const UNROLLED: { readonly [op: string]: Unroll } = {
  dense,
  depthwise,
  add,
  reshape: (_b, _ctx, [x = []]) => [...x],
  reorder: (_b, ctx, [x = []]) => chosen(x, sourceIndices(ctx.attrs as ReorderAttrs)),
  concat: (_b, ctx, [x = [], y = []]) => {
    const [ca, cb] = [channelsOf(shapeOf(ctx, 0)), channelsOf(shapeOf(ctx, 1))];
    return Array.from({ length: x.length / ca }, (_, p) => [
      ...x.slice(p * ca, (p + 1) * ca),
      ...y.slice(p * cb, (p + 1) * cb),
    ]).flat();
  },
  pad: (_b, ctx, [x = []]) => {
    const { pads, value } = ctx.attrs as PadAttrs;
    const [h = 0, w = 0, c = 0] = shapeOf(ctx);
    const [top, left, bottom, right] = pads;
    const indices = new Int32Array((h + top + bottom) * (w + left + right) * c);
    padImage(ramp(x.length), indices, [h, w, c], pads, -1);
    return Array.from(indices, (i) => (i < 0 ? known(value) : (x[i] as Term)));
  },
  window: (_b, ctx, [x = []]) => {
    const attrs = ctx.attrs as WindowAttrs;
    const [h = 0, w = 0, c = 0] = shapeOf(ctx);
    const [rows, columns] = positions(h, w, attrs);
    const perRow = columns * attrs.kernel[0] * attrs.kernel[1] * c;
    const indices = new Int32Array(rows * perRow);
    const image = { w, c, columns, groups: attrs.groups };
    for (let row = 0; row < rows; row++) gatherRow(ramp(x.length), indices, row * perRow, row, image, attrs);
    return chosen(x, indices);
  },
  reduce: (b, ctx, [x = []]) => {
    const [k = 1, c = 1] = shapeOf(ctx).slice(-2);
    return reduced(b, x, k, c, (ctx.attrs as ReduceAttrs).kind);
  },
  globalreduce: (b, ctx, [x = []]) => {
    const c = channelsOf(shapeOf(ctx));
    return reduced(b, x, numel(shapeOf(ctx)) / c, c, (ctx.attrs as ReduceAttrs).kind);
  },
  thresholds: (b, ctx, [x = []]) => {
    const f = stepFunctions(ctx.attrs as ThresholdsAttrs, ctx.consts);
    return perElement(ctx, x, (t, c) => stepped(b, f, c, t));
  },
  requantise: (b, ctx, [x = []], { parameters }) => {
    const f = scalingOf(ctx.attrs as RequantiseAttrs, ctx.consts);
    const loaded = parameters('add');
    return perElement(ctx, x, (t, c) => scaled(b, f, c, t, loaded?.[loaded.length === 1 ? 0 : c]));
  },
  table: (b, ctx, [x = []]) => {
    const f = lookupOf(ctx.attrs as TableAttrs, ctx.consts);
    return perElement(ctx, x, (t, c) => looked(b, f, c, t));
  },
};

/** What a node adds to each channel of its input first. */
export function readerOf(ctx: OpContext, op: string | undefined): Reader {
  if (op !== 'requantise') return () => undefined;
  const f = scalingOf(ctx.attrs as RequantiseAttrs, ctx.consts);
  return (channel) => addendOf(f, channel);
}
