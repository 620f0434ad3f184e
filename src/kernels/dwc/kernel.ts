import { Type } from 'typebox';
import { numel } from '../../num/tensor.ts';
import { beatBits, lanesOf } from '../axis.ts';
import { calibrated } from '../cost-model.ts';
import { slotModel } from '../cycles.ts';
import { defineKernel } from '../kernel.ts';
import { same } from '../passthrough.ts';
import { CALIBRATION } from './calibration.ts';

/** Lanes of the input and of the output; one is a multiple of the other. */
export type DwcAttrs = { readonly from: number; readonly to: number };

const ratioOf = ({ from, to }: DwcAttrs): number => Math.max(from, to) / Math.min(from, to);

/** Data-width converter between lanes in an integer ratio: one beat per cycle on its narrow side, without a bubble. */
export const dwc = defineKernel<DwcAttrs>({
  kind: 'dwc',
  summary: 'Joins or splits beats: the same elements with more or fewer lanes.',
  attrs: Type.Object(
    { from: Type.Integer({ minimum: 1 }), to: Type.Integer({ minimum: 1 }) },
    { additionalProperties: false },
  ),
  inputs: 1,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: (ctx) => {
    const { from, to } = ctx.attrs;
    const elements = numel(ctx.inputs[0]?.shape ?? []);
    const problems = ctx.inputs
      .map(lanesOf)
      .filter((lanes) => lanes !== from)
      .map((lanes) => `input has ${lanes} lanes, not ${from}`);
    if (!Number.isInteger(ratioOf(ctx.attrs))) problems.push(`${from} and ${to} lanes are in no integer ratio`);
    if (elements % Math.max(from, to) !== 0) {
      problems.push(`a frame of ${elements} elements is not whole beats of ${Math.max(from, to)} lanes`);
    }
    return problems;
  },
  shapes: (ctx) => [ctx.inputs[0]?.shape ?? []],
  bounds: (_ctx, [x = []]) => [x],
  reference: (_ctx, inputs) => same(inputs),
  lanes: (ctx) => [ctx.attrs.to],
  inputLanes: (ctx) => [ctx.attrs.from],
  folding: null,
  busy: (ctx) => numel(ctx.inputs[0]?.shape ?? []) / Math.min(ctx.attrs.from, ctx.attrs.to),
  cycles: (ctx) => {
    const ratio = ratioOf(ctx.attrs);
    return ctx.attrs.to >= ctx.attrs.from
      ? slotModel(ratio, (i) => ({ reads: 1, writes: i === ratio - 1 }), 1)
      : slotModel(ratio, (i) => ({ reads: i === 0 ? 1 : 0, writes: true }), 1);
  },
  ...calibrated<DwcAttrs>((ctx) => {
    const narrow = (ctx.inputs.map(beatBits)[0] ?? 1) / (ctx.attrs.from > ctx.attrs.to ? ratioOf(ctx.attrs) : 1);
    const ratio = ratioOf(ctx.attrs);
    const wide = narrow * ratio;
    const count = Math.ceil(Math.log2(ratio));
    // Narrowing selects between loading and shifting the word that both directions hold.
    const down = ctx.attrs.from > ctx.attrs.to;
    return {
      lut: { select: down ? wide - narrow : 0, count, fixed: 1 },
      ff: { word: wide, count, fixed: 1 },
      dsp: 0,
      bram: 0,
    };
  }, CALIBRATION),
  verilog: (ctx) => {
    const { from, to } = ctx.attrs;
    const bits = ctx.inputs[0]?.elem.bits ?? 1;
    const up = to >= from;
    return {
      module: up ? 'sluice_dwc_up' : 'sluice_dwc_down',
      files: [up ? 'sluice_dwc_up.v' : 'sluice_dwc_down.v'],
      params: { WIDTH: bits * Math.min(from, to), RATIO: ratioOf(ctx.attrs) },
      memories: [],
    };
  },
  hls: (ctx) => ({
    function: ctx.attrs.to >= ctx.attrs.from ? 'dwc_up' : 'dwc_down',
    headers: ['dwc.hpp'],
    args: [numel(ctx.inputs[0]?.shape ?? []) / Math.max(ctx.attrs.from, ctx.attrs.to)],
    arrays: [],
  }),
  implements: null,
});
