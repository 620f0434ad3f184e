import { Type } from 'typebox';
import type { Interval } from '../../../num/elem.ts';
import { allocate, type IntArray, type IntTensor, numel } from '../../../num/tensor.ts';
import type { Const } from '../../graph.ts';
import { type Bounds, boundsAt, defineOp, type OpContext } from '../../op.ts';
import { matVec } from '../dense/matvec.ts';
import {
  gatherRow,
  type Pads,
  type Pair,
  padBounds,
  paddedSize,
  padImage,
  positions,
  slidingProblems,
} from '../window/geometry.ts';
import { padsSchema, slidingSchema } from '../window/schema.ts';

export type ConvAttrs = {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly pads: Pads;
  readonly padValue: number;
  readonly groups: number;
};

const weightOf = (ctx: OpContext<ConvAttrs>): Const => ctx.consts['weight'] as Const;

/**
 * Convolution: `[H, W, C] → [OH, OW, O]` with `weight` `[O, kh, kw, C / groups]`, rows ordered by group. A correlation,
 * as in ONNX: the kernel is not mirrored. Decomposed into pad, window and a matrix product.
 */
export const conv = defineOp<ConvAttrs>({
  kind: 'conv',
  summary: 'Two-dimensional convolution with constant weights; strides, dilation, padding and groups.',
  attrs: Type.Object(
    { ...slidingSchema, pads: padsSchema, padValue: Type.Integer(), groups: Type.Integer({ minimum: 1 }) },
    { additionalProperties: false },
  ),
  inputs: 1,
  outputs: () => 1,
  consts: { required: ['weight'], optional: [] },
  check: (ctx) => {
    const { attrs, inputs } = ctx;
    const shape = inputs[0]?.shape ?? [];
    const c = shape[2] ?? 0;
    const w = weightOf(ctx).shape;
    const problems = slidingProblems(shape, attrs, attrs.pads);
    if (w.length !== 4 || w[1] !== attrs.kernel[0] || w[2] !== attrs.kernel[1] || (w[3] ?? 0) * attrs.groups !== c) {
      problems.push(
        `weights of [${w.join(', ')}] do not fit kernel ${attrs.kernel.join('×')} on ${c} channels in ${attrs.groups} group(s)`,
      );
    } else if ((w[0] ?? 0) % attrs.groups !== 0) {
      problems.push(`groups=${attrs.groups} does not divide the ${w[0]} output channels`);
    }
    return problems;
  },
  shapes: (ctx) => {
    const [h = 0, w = 0] = ctx.inputs[0]?.shape ?? [];
    const [ph, pw] = paddedSize(h, w, ctx.attrs.pads);
    return [[...positions(ph, pw, ctx.attrs), weightOf(ctx).shape[0] ?? 0]];
  },
  bounds: (ctx, [x = []]) => [convBounds(ctx, x)],
  reference: (ctx, [x], [type]) => {
    const { attrs, inputs } = ctx;
    const [h = 0, w = 0, c = 0] = inputs[0]?.shape ?? [];
    const weight = weightOf(ctx);
    const [rows = 0, kh = 0, kw = 0, cg = 0] = weight.shape;
    const [ph, pw] = paddedSize(h, w, attrs.pads);
    const input = (x as IntTensor).data;
    const Store = input instanceof Int32Array ? Int32Array : Float64Array;
    const shape = type?.shape ?? [];
    const data = type ? allocate(numel(shape), type.elem) : new Int32Array(0);
    const matrix = { rows, cols: kh * kw * cg, groups: attrs.groups };
    let image: IntArray = input;
    if (attrs.pads.some((p) => p > 0)) {
      image = new Store(ph * pw * c);
      padImage(input, image, [h, w, c], attrs.pads, attrs.padValue);
    }
    if (kh * kw === 1 && attrs.stride[0] === 1 && attrs.stride[1] === 1) {
      // Every pixel is its own window, in place.
      matVec(image, weight.data, data, matrix);
      return [{ shape, data }];
    }
    const [outH, columns] = positions(ph, pw, attrs);
    const windows = new Store(columns * kh * kw * c);
    for (let r = 0; r < outH; r++) {
      gatherRow(image, windows, 0, r, { w: pw, c, columns, groups: attrs.groups }, attrs);
      matVec(windows, weight.data, data.subarray(r * columns * rows, (r + 1) * columns * rows), matrix);
    }
    return [{ shape, data }];
  },
});

/** Worst-case sums over the actual weights of each output channel. */
function convBounds(ctx: OpContext<ConvAttrs>, x: Bounds): Interval[] {
  const { groups, pads, padValue } = ctx.attrs;
  const weight = weightOf(ctx);
  const [rows = 0, kh = 0, kw = 0, cg = 0] = weight.shape;
  const seen = padBounds(x, pads, padValue);
  const out: Interval[] = [];
  for (let r = 0; r < rows; r++) {
    const base = Math.floor(r / (rows / groups)) * cg;
    let lo = 0;
    let hi = 0;
    for (let i = 0; i < kh * kw * cg; i++) {
      const v = weight.data[r * kh * kw * cg + i] as number;
      const b = boundsAt(seen, base + (i % cg));
      lo += v > 0 ? v * b.lo : v * b.hi;
      hi += v > 0 ? v * b.hi : v * b.lo;
    }
    out.push({ lo, hi });
  }
  return out;
}
