import { Type } from 'typebox';
import type { Const } from '../../ir/graph.ts';
import { hull, type OpContext } from '../../ir/op.ts';
import { type DepthwiseAttrs, depthwise } from '../../ir/ops/depthwise/op.ts';
import type { ElemType } from '../../num/elem.ts';
import { type IntTensor, numel, reshape } from '../../num/tensor.ts';
import { calibrated } from '../cost-model.ts';
import { slotModel } from '../cycles.ts';
import { divisors } from '../divisors.ts';
import { defineKernel, type KernelContext } from '../kernel.ts';
import {
  cppType,
  factorProblems,
  MAC_FILES,
  type Mult,
  macLatency,
  macParams,
  multSchema,
  multVariants,
  usesDsp,
  type WeightWords,
  weightArray,
  weightHex,
} from '../mac.ts';
import { macTerms } from '../mac-cost.ts';
import { CALIBRATION } from './calibration.ts';
import { unfoldWindows } from './order.ts';

/** `window` positions of `channels` channels for each of `pixels` output pixels of a frame. */
export type VvuAttrs = {
  readonly channels: number;
  readonly window: number;
  readonly pixels: number;
  readonly PE: number;
  readonly SIMD: number;
  readonly mult: Mult;
};

const count = Type.Integer({ minimum: 1 });
const elemOf = (ctx: OpContext<VvuAttrs>): ElemType => ctx.inputs[0]?.elem as ElemType;
const weightOf = (ctx: OpContext<VvuAttrs>): Const => ctx.consts['weight'] as Const;
const accBits = (ctx: KernelContext<VvuAttrs>): number => ctx.outputs[0]?.elem.bits ?? 1;
const dspOf = (ctx: OpContext<VvuAttrs>): boolean => usesDsp(ctx.attrs.mult, elemOf(ctx), weightOf(ctx));

/** Word (channel fold, position fold), the innermost last: `PE` channels by `SIMD` positions. */
function words({ channels, window, PE, SIMD }: VvuAttrs): WeightWords {
  const kf = window / SIMD;
  return {
    pe: PE,
    simd: SIMD,
    depth: (channels / PE) * kf,
    index: (word, p, s) => (Math.floor(word / kf) * PE + p) * window + (word % kf) * SIMD + s,
  };
}

const depthwiseContext = (ctx: OpContext<VvuAttrs>): OpContext<DepthwiseAttrs> => ({
  attrs: {},
  inputs: ctx.inputs.map((x) => ({ ...x, shape: [ctx.attrs.pixels, ctx.attrs.window, ctx.attrs.channels] })),
  consts: ctx.consts,
});

/**
 * Vector-vector unit (depthwise convolution): `PE` channels by `SIMD` window positions per cycle, one beat taken in
 * every cycle. A pixel takes `(channels/PE) · (window/SIMD)` cycles, without a gap.
 *
 * The order of its input stream depends on `PE`: per pixel, `for fold in channels/PE: for k in window: PE channels`.
 * A beat is `SIMD` consecutive positions of that order, lane = s·PE + p. With PE = channels this is the tensor order
 * `[pixels, window, channels]`. Whatever feeds it (the SWG) must emit that order; the output is in tensor order.
 */
export const vvu = defineKernel<VvuAttrs>({
  kind: 'vvu',
  summary: 'Vector-vector unit: one constant filter per channel, PE channels by SIMD positions per cycle.',
  attrs: Type.Object(
    { channels: count, window: count, pixels: count, PE: count, SIMD: count, mult: multSchema },
    { additionalProperties: false },
  ),
  inputs: 1,
  outputs: () => 1,
  consts: { required: ['weight'], optional: [] },
  check: (ctx) => {
    const a = ctx.attrs;
    const size = numel(ctx.inputs[0]?.shape ?? []);
    const [c = 0, k = 0] = weightOf(ctx).shape;
    const problems = factorProblems(elemOf(ctx), weightOf(ctx).elem);
    if (a.channels % a.PE !== 0) problems.push(explain('PE', a.PE, a));
    if (a.window % a.SIMD !== 0) problems.push(explain('SIMD', a.SIMD, a));
    if (c !== a.channels || k !== a.window)
      problems.push(`weights of [${c}, ${k}] are not channels=${a.channels} by window=${a.window}`);
    if (size !== a.pixels * a.window * a.channels)
      problems.push(`an input of ${size} elements is not pixels=${a.pixels} of ${a.window}·${a.channels}`);
    return problems;
  },
  shapes: ({ attrs }) => [[attrs.pixels * attrs.channels]],
  // Bounds per stream position cannot be told apart by channel once the stream is folded: one interval for all.
  bounds: (ctx, [x = []]) => depthwise.bounds(depthwiseContext(ctx), [[hull(x)]]),
  reference: (ctx, [x], types) => {
    const { pixels, channels } = ctx.attrs;
    const outputs = types.map((t) => ({ ...t, shape: [pixels, channels] }));
    const [y] = depthwise.reference(depthwiseContext(ctx), [unfoldWindows(x as IntTensor, ctx.attrs)], outputs);
    return [reshape(y as IntTensor, [pixels * channels])];
  },
  lanes: ({ attrs }) => [attrs.PE],
  inputLanes: ({ attrs }) => [attrs.SIMD * attrs.PE],
  folding: {
    knobs: ['SIMD', 'PE'],
    legal: (knob, { attrs }) => divisors(knob === 'PE' ? attrs.channels : attrs.window),
    explain: (knob, value, { attrs }) => explain(knob, value, attrs),
  },
  variants: (ctx) => multVariants(ctx.attrs.mult, elemOf(ctx), weightOf(ctx)),
  busy: ({ attrs }) => attrs.pixels * words(attrs).depth,
  cycles: (ctx) => {
    const kf = ctx.attrs.window / ctx.attrs.SIMD;
    return slotModel(kf, (i) => ({ reads: 1, writes: i === kf - 1 }), macLatency(ctx.attrs.SIMD, dspOf(ctx)));
  },
  ...calibrated<VvuAttrs>((ctx, fabric) => {
    const { PE, SIMD, mult } = ctx.attrs;
    return macTerms(
      {
        x: elemOf(ctx),
        w: weightOf(ctx),
        accBits: accBits(ctx),
        mult,
        pe: PE,
        simd: SIMD,
        depth: words(ctx.attrs).depth,
        bufferDepth: 0,
        lanes: SIMD * PE,
      },
      fabric,
    );
  }, CALIBRATION),
  verilog: (ctx) => {
    const { channels, window, PE, SIMD } = ctx.attrs;
    const w = weightOf(ctx);
    return {
      module: 'sluice_vvu',
      files: [...MAC_FILES, 'sluice_vvu.v'],
      params: { CHANNELS: channels, K: window, PE, SIMD, ...macParams(elemOf(ctx), w, accBits(ctx), dspOf(ctx)) },
      memories: [{ param: 'WEIGHTS', width: PE * SIMD * w.elem.bits, words: weightHex(w, words(ctx.attrs)) }],
    };
  },
  hls: (ctx) => {
    const { channels, window, pixels, PE, SIMD } = ctx.attrs;
    const layout = words(ctx.attrs);
    const w = weightOf(ctx);
    return {
      function: 'vvu',
      headers: ['mvu.hpp', 'vvu.hpp'],
      args: [channels, window, pixels, SIMD],
      arrays: [
        {
          name: 'weights',
          type: cppType(w.elem),
          dims: [PE, layout.depth, SIMD],
          data: weightArray(w, layout),
          partition: [1, 3],
        },
      ],
    };
  },
  implements: {
    op: 'depthwise',
    attrs: (_node, inputs) => {
      const [window = 1, channels = 1] = inputs[0]?.shape.slice(-2) ?? [];
      const pixels = numel(inputs[0]?.shape ?? []) / (window * channels);
      return { channels, window, pixels, PE: 1, SIMD: 1, mult: 'auto' };
    },
  },
});

const explain = (knob: string, value: number, a: VvuAttrs): string =>
  knob === 'PE'
    ? `PE=${value} does not divide channels=${a.channels}`
    : `SIMD=${value} does not divide window=${a.window}`;
