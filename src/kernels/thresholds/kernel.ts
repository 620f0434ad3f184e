import { Type } from 'typebox';
import type { OpContext } from '../../ir/op.ts';
import { channelsOf, rowsOf } from '../../ir/ops/rows.ts';
import { applySteps, type StepFunctions } from '../../ir/ops/thresholds/count.ts';
import { stepBounds, stepFunctions, stepProblems, type ThresholdsAttrs } from '../../ir/ops/thresholds/op.ts';
import { allocate, type IntTensor, numel } from '../../num/tensor.ts';
import { type ChannelwiseAttrs, channelwiseProblems, channelwiseSchema, foldsOf, peFolding } from '../channelwise.ts';
import { calibrated } from '../cost-model.ts';
import { slotModel } from '../cycles.ts';
import { defineKernel, type KernelContext, type VerilogBinding } from '../kernel.ts';
import { CALIBRATION } from './calibration.ts';
import { thresholdsTerms } from './cost.ts';
import { thresholdsHls } from './hls.ts';
import { ROM_LIMIT, searchRoms, stagesOf } from './search.ts';

export type ThresholdsKernelAttrs = ChannelwiseAttrs & ThresholdsAttrs;
type Ctx = OpContext<ThresholdsKernelAttrs>;

/** The search has at most this many thresholds per channel: eight levels. */
export const MAX_STEPS = 255;

const stepsOf = (ctx: Ctx): StepFunctions => stepFunctions(ctx.attrs, ctx.consts);
const countOf = (ctx: Ctx): number => stepsOf(ctx).thresholds.shape[1] ?? 0;
const rows = (ctx: Ctx): number => rowsOf(stepsOf(ctx).thresholds);
const latency = (ctx: Ctx): number => stagesOf(countOf(ctx), foldsOf(ctx.attrs, rows(ctx)));

/** Step functions by a pipelined binary search, PE elements per cycle. */
export const thresholds = defineKernel<ThresholdsKernelAttrs>({
  kind: 'thresholds',
  summary: 'Counts the thresholds that each element has passed: a pipelined binary search per lane.',
  attrs: Type.Object(
    {
      ...channelwiseSchema,
      base: Type.Integer(),
      step: Type.Integer({ minimum: 1 }),
    },
    { additionalProperties: false },
  ),
  inputs: 1,
  outputs: () => 1,
  consts: { required: ['thresholds'], optional: ['descending'] },
  check: (ctx) => {
    const problems = [
      ...channelwiseProblems(ctx.attrs, ctx, rows(ctx)),
      ...stepProblems(stepsOf(ctx), ctx.attrs.channels),
    ];
    const { base, step } = ctx.attrs;
    if (countOf(ctx) > MAX_STEPS) problems.push(`${countOf(ctx)} thresholds are more than ${MAX_STEPS}`);
    if (base < -(2 ** 31) || base + step * countOf(ctx) >= 2 ** 31) problems.push('results do not fit 32 bits');
    return problems;
  },
  shapes: (ctx) => [ctx.inputs[0]?.shape ?? []],
  bounds: (ctx, [x = []]) => [stepBounds(stepsOf(ctx), x, ctx.attrs.channels)],
  reference: (ctx, [x], [type]) => {
    const { shape, data } = x as IntTensor;
    const y = allocate(numel(shape), type?.elem ?? { kind: 'int', bits: 53 });
    applySteps(stepsOf(ctx), data, y, ctx.attrs.channels);
    return [{ shape, data: y }];
  },
  lanes: (ctx) => [ctx.attrs.PE],
  inputLanes: (ctx) => [ctx.attrs.PE],
  folding: peFolding(rows),
  busy: (ctx) => (ctx.attrs.channels * ctx.attrs.pixels) / ctx.attrs.PE,
  cycles: (ctx) => slotModel(1, () => ({ reads: 1, writes: true }), latency(ctx)),
  ...calibrated<ThresholdsKernelAttrs>(
    (ctx, fabric) => thresholdsTerms(ctx, rows(ctx), countOf(ctx), fabric),
    CALIBRATION,
  ),
  verilog,
  hls: (ctx) => thresholdsHls(ctx, stepsOf(ctx)),
  implements: {
    op: 'thresholds',
    attrs: (node, [x]) => {
      const channels = channelsOf(x?.shape ?? []);
      return { ...node.attrs, channels, pixels: numel(x?.shape ?? []) / channels, PE: 1 };
    },
  },
});

function verilog(ctx: KernelContext<ThresholdsKernelAttrs>): VerilogBinding {
  const input = ctx.inputs[0]?.elem ?? { kind: 'int', bits: 1 };
  const output = ctx.outputs[0]?.elem ?? { kind: 'int', bits: 1 };
  const { keyBits, invert, memories } = searchRoms(stepsOf(ctx), ctx.attrs, input);
  const bipolar = output.kind === 'bipolar';
  return {
    module: 'sluice_thresholds',
    files: ['sluice_thresholds_level.v', 'sluice_thresholds.v'],
    params: {
      PE: ctx.attrs.PE,
      IN_W: input.bits,
      IN_SIGNED: input.kind === 'int' ? 1 : 0,
      KEY_W: keyBits,
      STEPS: countOf(ctx),
      FOLDS: foldsOf(ctx.attrs, rows(ctx)),
      SHARED: rows(ctx) === 1 ? 1 : 0,
      INVERT: invert,
      ROM_LIMIT,
      OUT_W: output.bits,
      // A bipolar result is written as the bit (y + 1) / 2.
      BASE: bipolar ? (ctx.attrs.base + 1) / 2 : ctx.attrs.base,
      STEP: bipolar ? ctx.attrs.step / 2 : ctx.attrs.step,
    },
    memories,
  };
}
