import { Type } from 'typebox';
import type { Attrs } from '../../ir/graph.ts';
import type { OpContext } from '../../ir/op.ts';
import {
  type RequantiseAttrs,
  requantiseSchema,
  scalingBounds,
  scalingOf,
  scalingProblems,
  scalingRows,
} from '../../ir/ops/requantise/op.ts';
import { applyScaling, type Scaling } from '../../ir/ops/requantise/scale.ts';
import { channelsOf } from '../../ir/ops/rows.ts';
import { allocate, type IntTensor, numel } from '../../num/tensor.ts';
import { type ChannelwiseAttrs, channelwiseProblems, channelwiseSchema, peFolding } from '../channelwise.ts';
import { calibrated } from '../cost-model.ts';
import { slotModel } from '../cycles.ts';
import { defineKernel } from '../kernel.ts';
import { requantiseHls, requantiseTerms, requantiseVerilog } from './binding.ts';
import { CALIBRATION } from './calibration.ts';

export type RequantiseKernelAttrs = Attrs & ChannelwiseAttrs & RequantiseAttrs;
type Ctx = OpContext<RequantiseKernelAttrs>;

/** Registers: operands, product, sum, result. */
const LATENCY = 4;

const scaling = (ctx: Ctx): Scaling => scalingOf(ctx.attrs, ctx.consts);

/** Multiply, add, shift, clamp: one multiplier per lane, its constants in a ROM. */
export const requantise = defineKernel<RequantiseKernelAttrs>({
  kind: 'requantise',
  summary: 'Scales by an integer multiplier and a shift, then clamps: a pipelined multiplier per lane.',
  attrs: Type.Object({ ...channelwiseSchema, ...requantiseSchema }, { additionalProperties: false }),
  inputs: 1,
  outputs: () => 1,
  consts: { required: ['mul', 'add'], optional: [] },
  check: (ctx) => [
    ...channelwiseProblems(ctx.attrs, ctx, scalingRows(scaling(ctx))),
    ...scalingProblems(scaling(ctx), ctx.attrs.channels),
  ],
  shapes: (ctx) => [ctx.inputs[0]?.shape ?? []],
  bounds: (ctx, [x = []]) => [scalingBounds(scaling(ctx), x, ctx.attrs.channels)],
  reference: (ctx, [x], [type]) => {
    const { shape, data } = x as IntTensor;
    const y = allocate(numel(shape), type?.elem ?? { kind: 'int', bits: 53 });
    applyScaling(scaling(ctx), data, y, ctx.attrs.channels);
    return [{ shape, data: y }];
  },
  lanes: (ctx) => [ctx.attrs.PE],
  inputLanes: (ctx) => [ctx.attrs.PE],
  folding: peFolding((ctx) => scalingRows(scaling(ctx))),
  busy: (ctx) => (ctx.attrs.channels * ctx.attrs.pixels) / ctx.attrs.PE,
  cycles: () => slotModel(1, () => ({ reads: 1, writes: true }), LATENCY),
  ...calibrated<RequantiseKernelAttrs>((ctx, fabric) => requantiseTerms(ctx, scaling(ctx), fabric), CALIBRATION),
  verilog: (ctx) => requantiseVerilog(ctx, scaling(ctx)),
  hls: (ctx) => requantiseHls(ctx, scaling(ctx)),
  implements: {
    op: 'requantise',
    attrs: (node, [x]) => {
      const channels = channelsOf(x?.shape ?? []);
      return { ...node.attrs, channels, pixels: numel(x?.shape ?? []) / channels, PE: 1 };
    },
  },
});
