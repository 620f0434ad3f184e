import { Type } from 'typebox';
import type { Interval } from '../../../num/elem.ts';
import { allocate, type IntArray, type IntTensor, numel } from '../../../num/tensor.ts';
import type { Const } from '../../graph.ts';
import { type Bounds, defineOp, type OpContext } from '../../op.ts';
import { channelsOf, spreadBounds } from '../rows.ts';

export type DepthwiseAttrs = Record<string, never>;

const weightOf = (ctx: OpContext<DepthwiseAttrs>): Const => ctx.consts['weight'] as Const;

/**
 * One filter per channel over the last axis but one: `[…, K, C] → […, C]`, `y[c] = Σ_k weight[c, k] · x[k, c]`.
 *
 * `weight` is `[C, K]`. A depthwise convolution is a `window` (K positions, C channels) followed by this.
 */
export const depthwise = defineOp<DepthwiseAttrs>({
  kind: 'depthwise',
  summary: 'Product of each channel with its own constant filter, summed over the positions of a window.',
  attrs: Type.Object({}, { additionalProperties: false }),
  batch: 'leading',
  inputs: 1,
  outputs: () => 1,
  consts: { required: ['weight'], optional: [] },
  check: (ctx) => {
    const shape = ctx.inputs[0]?.shape ?? [];
    if (shape.length < 2) return ['needs an input of two axes or more: […, K, C]'];
    const [k = 0, c = 0] = shape.slice(-2);
    const w = weightOf(ctx).shape;
    if (w.length === 2 && w[0] === c && w[1] === k) return [];
    return [`weights of [${w.join(', ')}] do not fit ${c} channels of ${k} positions: need [${c}, ${k}]`];
  },
  shapes: ({ inputs }) => {
    const shape = inputs[0]?.shape ?? [];
    return [[...shape.slice(0, -2), channelsOf(shape)]];
  },
  bounds: (ctx, [x = []]) => [filterBounds(weightOf(ctx), x)],
  reference: (ctx, [x], [type]) => {
    const shape = type?.shape ?? [];
    const data = type ? allocate(numel(shape), type.elem) : new Int32Array(0);
    filter((x as IntTensor).data, weightOf(ctx), data);
    return [{ shape, data }];
  },
});

/** Sums are doubles: exact, because bounds analysis keeps them below 2^53. */
function filter(x: IntArray, w: Const, y: IntArray): void {
  const [channels = 1, window = 1] = w.shape;
  for (let i = 0; i < y.length; i++) {
    const c = i % channels;
    const x0 = ((i - c) / channels) * window * channels + c;
    let sum = 0;
    for (let k = 0; k < window; k++) sum += (x[x0 + k * channels] as number) * (w.data[c * window + k] as number);
    y[i] = sum;
  }
}

/** Worst-case sums over the actual weights: the exact bounds of each output channel. */
function filterBounds(w: Const, x: Bounds): Interval[] {
  const [channels = 1, window = 1] = w.shape;
  return spreadBounds(x, channels).map((b, c) => {
    let lo = 0;
    let hi = 0;
    for (let k = 0; k < window; k++) {
      const v = w.data[c * window + k] as number;
      lo += v > 0 ? v * b.lo : v * b.hi;
      hi += v > 0 ? v * b.hi : v * b.lo;
    }
    return { lo, hi };
  });
}
