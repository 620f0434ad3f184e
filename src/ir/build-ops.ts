/** Graphs written by hand: typed shorthands over {@link GraphBuilder} for integer ports and the usual ops. */
import { type ElemType, elemFor, elemRange } from '../num/elem.ts';
import type { ScalarSteps } from '../num/scalar.ts';
import { type IntArray, numel, valueRange } from '../num/tensor.ts';
import { constant, type GraphBuilder } from './builder.ts';
import type { Const } from './graph.ts';
import type { AddAttrs } from './ops/add/sum.ts';
import type { AttentionAttrs } from './ops/attention/shape.ts';
import type { ConvAttrs } from './ops/conv/op.ts';
import type { RequantiseAttrs } from './ops/requantise/op.ts';
import type { ThresholdsAttrs } from './ops/thresholds/op.ts';

const axes = (shape: readonly number[]): number[] => shape.map((_, i) => i);

/** An input of integers of one element type, in the order of the value itself. Returns the value. */
export function integerInput(b: GraphBuilder, name: string, shape: readonly number[], elem: ElemType): string {
  const { lo, hi } = elemRange(elem);
  return b.input({ name, steps: [], range: [lo, hi], layout: { shape, perm: axes(shape) } }, shape, elem);
}

/** An output of integers, in the order of the value itself. */
export function integerOutput(b: GraphBuilder, name: string, value: string): void {
  const { shape } = b.type(value);
  b.output({ name, value, steps: [], layout: { shape, perm: axes(shape) } });
}

/** A matrix from its rows, all equally long: weights `[M, K]`, thresholds `[C, T]`, tables `[C, N]`. */
export function matrix(rows: readonly (readonly number[])[], elem?: ElemType): Const {
  const columns = rows[0]?.length ?? 0;
  if (rows.some((r) => r.length !== columns)) throw new RangeError('the rows of a matrix differ in length');
  return constant([rows.length, columns], integers(rows.flat()), elem);
}

/** One integer per channel: the `mul` and `add` of a requantisation, the flags of descending thresholds. */
export const vector = (values: readonly number[], elem?: ElemType): Const =>
  constant([values.length], integers(values), elem);

function integers(values: readonly number[]): IntArray {
  const wrong = values.find((v) => !Number.isSafeInteger(v));
  if (wrong !== undefined) throw new RangeError(`${wrong} is no integer`);
  return elemFor(valueRange(values)).bits > 31 ? Float64Array.from(values) : Int32Array.from(values);
}

/** `[…, K] → […, M]` with weights `[M, K / groups]`. */
export function dense(b: GraphBuilder, name: string, x: string, weight: Const, groups = 1): string {
  return b.node({ op: 'dense', name, attrs: { groups }, inputs: [x], consts: { weight } });
}

/** `[H, W, C] → [OH, OW, O]` with weights `[O, kh, kw, C / groups]`; stride 1, no padding and one group by default. */
export function conv(
  b: GraphBuilder,
  name: string,
  x: string,
  weight: Const,
  attrs: Partial<Omit<ConvAttrs, 'kernel'>> = {},
): string {
  const [, kh = 1, kw = 1] = weight.shape;
  const defaults: ConvAttrs = {
    kernel: [kh, kw],
    stride: [1, 1],
    dilation: [1, 1],
    pads: [0, 0, 0, 0],
    padValue: 0,
    groups: 1,
  };
  return b.node({ op: 'conv', name, attrs: { ...defaults, ...attrs }, inputs: [x], consts: { weight } });
}

/** Maximum of each channel in every window, `[H, W, C] → [OH, OW, C]`; windows do not overlap by default. */
export function maxpool(
  b: GraphBuilder,
  name: string,
  x: string,
  kernel: readonly [number, number],
  stride: readonly [number, number] = kernel,
): string {
  const attrs = { kernel, stride, dilation: [1, 1], pads: [0, 0, 0, 0], padValue: 0 };
  return b.node({ op: 'maxpool', name, attrs, inputs: [x] });
}

/** `y = base + step · #{t ≤ x}` with ascending rows of thresholds, `[1, T]` or one row per channel. */
export function thresholds(
  b: GraphBuilder,
  name: string,
  x: string,
  rows: Const,
  attrs: ThresholdsAttrs = { base: 0, step: 1 },
): string {
  return b.node({ op: 'thresholds', name, attrs, inputs: [x], consts: { thresholds: rows } });
}

/** `y = clamp(floor((x · mul + add) / 2^shift), lo, hi)`, one pair of constants or one per channel. */
export function requantise(
  b: GraphBuilder,
  name: string,
  x: string,
  scale: { readonly mul: Const; readonly add: Const },
  attrs: RequantiseAttrs,
): string {
  return b.node({ op: 'requantise', name, attrs, inputs: [x], consts: { mul: scale.mul, add: scale.add } });
}

/** `y = mulA · a + mulB · b + offset`; a plain sum by default. */
export function add(b: GraphBuilder, name: string, x: string, y: string, attrs: Partial<AddAttrs> = {}): string {
  return b.node({ op: 'add', name, attrs: { mulA: 1, mulB: 1, offset: 0, ...attrs }, inputs: [x, y] });
}

/** An exact real function of each element that ends in an integer; passes choose its hardware. */
export function quantise(b: GraphBuilder, name: string, x: string, steps: ScalarSteps): string {
  return b.node({ op: 'quantise', name, attrs: { steps }, inputs: [x] });
}

/** The same elements under another shape. Throws RangeError where the sizes differ. */
export function reshape(b: GraphBuilder, name: string, x: string, shape: readonly number[]): string {
  return b.node({ op: 'reshape', name, attrs: { shape: [...shape] }, inputs: [x] });
}

/** All elements as one row, as between convolutions and dense layers. */
export const flatten = (b: GraphBuilder, name: string, x: string): string =>
  reshape(b, name, x, [numel(b.type(x).shape)]);

/** What {@link attention} needs to be told; the design chooses what is left out. */
export type AttentionOptions = Partial<Omit<AttentionAttrs, 'design'>> & { readonly scale: number };

/**
 * Attention of queries `[N, H·dk]` to keys `[M, H·dk]` with values `[M, H·dv]`, ideal until it is designed; one head
 * and no fraction bits by default. `scale` is the real value of one unit of q·k; `mask` `[N, M]` is 1 where it attends.
 */
export function attention(
  b: GraphBuilder,
  name: string,
  inputs: readonly [q: string, k: string, v: string],
  options: AttentionOptions,
  mask?: Const,
): string {
  const defaults = { heads: 1, fraction: 0, causal: false, slots: 0, scoreBits: 0, stepBits: 0, mantissaBits: 0 };
  const attrs: AttentionAttrs = { ...defaults, ...options, design: null };
  return b.node({ op: 'attention', name, attrs, inputs, ...(mask ? { consts: { mask } } : {}) });
}
