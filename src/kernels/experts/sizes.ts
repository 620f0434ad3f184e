/** Sizes of the experts kernel: folds, widths, and where the parts of the image lie. */

import type { Const } from '../../ir/graph.ts';
import type { OpContext } from '../../ir/op.ts';
import { type Mixture, mixtureBounds, sizeOf } from '../../ir/ops/experts/mixture.ts';
import { type ExpertsAttrs, mixtureOf } from '../../ir/ops/experts/op.ts';
import { type ElemType, elemRange } from '../../num/elem.ts';
import { valueRange } from '../../num/tensor.ts';
import { type Mult, macLatency, usesDsp } from '../mac.ts';
import { AXI_PAGE } from '../memory.ts';
import { scalingWidths } from '../requantise/widths.ts';
import { signedBits } from '../widths.ts';

/** `tokens` per frame, each with k routes; `PE` hidden channels by `SIMD` channels per cycle; bits of a memory beat. */
export type ExpertsKernelAttrs = ExpertsAttrs & {
  readonly tokens: number;
  readonly k: number;
  readonly PE: number;
  readonly SIMD: number;
  readonly beat: number;
  readonly mult: Mult;
};

export type Ctx = OpContext<ExpertsKernelAttrs>;

/** A run of words in the image, each word in `slices` whole beats. */
export interface Region {
  readonly words: number;
  readonly bits: number;
  readonly slices: number;
  readonly beats: number;
}

/** Words of a part, one region after the other; `span`: beats from the start of this part to that of the next. */
export interface Part {
  readonly regions: readonly [Region, Region];
  readonly beats: number;
  readonly span: number;
}

export interface Layout {
  /** Words of weights, then one of (add, mul) per fold of the hidden channels. */
  readonly up: Part;
  /** Words of weights, then, where there is a bias, one of biases per fold of the channels. */
  readonly down: Part;
  /** Beats of the longest burst. */
  readonly burst: number;
  /** Bytes from one expert to the next. */
  readonly stride: number;
}

export interface Widths {
  readonly up: { readonly acc: number; readonly dsp: boolean };
  /** The requantisation: its operands' and its sum's bits. */
  readonly mul: number;
  readonly add: number;
  readonly sum: number;
  /** A code before the activation, signed; after it. */
  readonly code: number;
  readonly hidden: ElemType;
  readonly down: { readonly acc: number; readonly dsp: boolean };
  readonly bias: number;
  readonly biased: number;
}

const elemOf = (ctx: Ctx): ElemType => ctx.inputs[0]?.elem ?? { kind: 'int', bits: 1 };

export const mixture = (ctx: Ctx): Mixture => mixtureOf(ctx.attrs, ctx.consts);

export interface Folds {
  readonly experts: number;
  readonly width: number;
  readonly hidden: number;
  /** Folds of the hidden channels (by PE), of the channels (by SIMD), and slots of a job: one word of weights each. */
  readonly folds: number;
  readonly rows: number;
  readonly slots: number;
}

export function foldsOf(ctx: Ctx): Folds {
  const { experts, width, hidden } = sizeOf(mixture(ctx));
  const folds = hidden / ctx.attrs.PE;
  const rows = width / ctx.attrs.SIMD;
  return { experts, width, hidden, folds, rows, slots: folds * rows };
}

/** The least distance of two jobs in the second product, where a token's sum is read, added to and written. */
export const LEAST_JOB = 3;

const cache = new WeakMap<Const, Map<string, Widths>>();

/** Widths over the range of the input's type; kept per set of weights, since they take a pass over all of them. */
export function widthsOf(ctx: Ctx): Widths {
  const { up } = mixture(ctx);
  const known = cache.get(up) ?? new Map<string, Widths>();
  cache.set(up, known);
  const key = JSON.stringify([ctx.attrs, elemOf(ctx)]);
  const found = known.get(key) ?? measured(ctx);
  known.set(key, found);
  return found;
}

function measured(ctx: Ctx): Widths {
  const m = mixture(ctx);
  const x = elemOf(ctx);
  const { types } = mixtureBounds(m, [elemRange(x)], ctx.attrs.k);
  const up = signedBits(elemRange(types.up));
  const scaling = scalingWidths({ ...m, ...expanded(m) }, { kind: 'int', bits: up });
  const sums = types.down;
  const down = signedBits(elemRange(sums));
  return {
    up: { acc: up, dsp: usesDsp(ctx.attrs.mult, x, m.up) },
    mul: scaling.mul,
    add: scaling.add,
    sum: scaling.sum,
    code: signedBits({ lo: m.lo, hi: m.hi }),
    hidden: types.hidden,
    down: { acc: down, dsp: usesDsp(ctx.attrs.mult, types.hidden, m.down) },
    bias: m.bias ? signedBits(valueRange(m.bias.data)) : 1,
    biased: down,
  };
}

/** The requantisation's constants as one row per expert and hidden channel. */
function expanded(m: Mixture): { readonly mul: Const; readonly add: Const } {
  const { experts, hidden } = sizeOf(m);
  const spread = (c: Const): Const => {
    const [rows = 1, columns = 1] = c.shape;
    if (rows === 1 && columns === 1) return { shape: [1], elem: c.elem, data: c.data };
    const at = (i: number): number =>
      (rows === 1 ? 0 : Math.floor(i / hidden) * columns) + (columns === 1 ? 0 : i % hidden);
    const data = Float64Array.from({ length: experts * hidden }, (_, i) => c.data[at(i)] as number);
    return { shape: [experts * hidden], elem: c.elem, data };
  };
  return { mul: spread(m.mul), add: spread(m.add) };
}

const LONGEST_BURST = 256;

export function layoutOf(ctx: Ctx): Layout {
  const { PE, SIMD, beat } = ctx.attrs;
  const { slots, folds, rows } = foldsOf(ctx);
  const m = mixture(ctx);
  const w = widthsOf(ctx);
  const region = (words: number, bits: number): Region => {
    const slices = Math.ceil(bits / beat);
    return { words, bits, slices, beats: words * slices };
  };
  const up = [region(slots, PE * SIMD * m.up.elem.bits), region(folds, PE * (w.mul + w.add))] as const;
  const down = [region(slots, PE * SIMD * m.down.elem.bits), region(m.bias ? rows : 0, SIMD * w.bias)] as const;
  const size = (regions: readonly Region[]): number => regions.reduce((n, r) => n + r.beats, 0);
  const whole = 2 ** Math.ceil(Math.log2(Math.max(size(up), size(down))));
  const burst = Math.min(LONGEST_BURST, (8 * AXI_PAGE) / beat, whole);
  const part = (regions: readonly [Region, Region]): Part => {
    const beats = size(regions);
    return { regions, beats, span: Math.ceil(beats / burst) * burst };
  };
  const parts = { up: part(up), down: part(down) };
  return { ...parts, burst, stride: ((parts.up.span + parts.down.span) * beat) / 8 };
}

/** Bytes of the image. */
export const imageBytes = (ctx: Ctx): number => foldsOf(ctx).experts * layoutOf(ctx).stride;

/** Cycles from the issue of a row's last slot to its sum, in both products. */
export const upLatency = (ctx: Ctx): number => macLatency(ctx.attrs.SIMD, widthsOf(ctx).up.dsp);
export const downLatency = (ctx: Ctx): number => macLatency(ctx.attrs.PE, widthsOf(ctx).down.dsp);
