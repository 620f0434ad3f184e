import { Type } from 'typebox';
import type { OpContext } from '../../ir/op.ts';
import { joinBounds, joinRows } from '../../ir/ops/concat/join.ts';
import { channelsOf } from '../../ir/ops/rows.ts';
import type { ElemType } from '../../num/elem.ts';
import { allocate, type IntTensor, numel } from '../../num/tensor.ts';
import { lanesOf } from '../axis.ts';
import { KIND_CODE } from '../channelwise.ts';
import { calibrated } from '../cost-model.ts';
import { slotModel } from '../cycles.ts';
import { divisors } from '../divisors.ts';
import { defineKernel } from '../kernel.ts';
import { CALIBRATION } from './calibration.ts';

/** Channels of both inputs, pixels, and elements per beat. */
export type ConcatKernelAttrs = {
  readonly channelsA: number;
  readonly channelsB: number;
  readonly pixels: number;
  readonly PE: number;
};
type Ctx = OpContext<ConcatKernelAttrs>;

const legalPe = ({ channelsA, channelsB }: ConcatKernelAttrs): number[] =>
  divisors(channelsA).filter((d) => channelsB % d === 0);

const explainPe = (pe: number, { channelsA, channelsB }: ConcatKernelAttrs): string =>
  `PE=${pe} does not divide both ${channelsA} and ${channelsB} channels`;

const beatsPerPixel = ({ channelsA, channelsB, PE }: ConcatKernelAttrs): number => (channelsA + channelsB) / PE;
const elemAt = (types: Ctx['inputs'], i: number): ElemType => types[i]?.elem ?? { kind: 'int', bits: 1 };

function problems(ctx: Ctx): string[] {
  const { channelsA, channelsB, pixels, PE } = ctx.attrs;
  const out = [channelsA, channelsB].flatMap((channels, i) => {
    const size = numel(ctx.inputs[i]?.shape ?? []);
    return size === channels * pixels
      ? []
      : [`input ${i} has ${size} elements, not ${pixels} pixels of ${channels} channels`];
  });
  ctx.inputs.forEach((type, i) => {
    if (lanesOf(type) !== PE) out.push(`input ${i} has ${lanesOf(type)} lanes, not PE=${PE}`);
  });
  if (!legalPe(ctx.attrs).includes(PE)) out.push(explainPe(PE, ctx.attrs));
  return out;
}

/** For each pixel, the beats of the first input, then those of the second. */
export const concat = defineKernel<ConcatKernelAttrs>({
  kind: 'concat',
  summary: 'Joins two streams pixel by pixel, along the channels.',
  attrs: Type.Object(
    {
      channelsA: Type.Integer({ minimum: 1 }),
      channelsB: Type.Integer({ minimum: 1 }),
      pixels: Type.Integer({ minimum: 1 }),
      PE: Type.Integer({ minimum: 1 }),
    },
    { additionalProperties: false },
  ),
  inputs: 2,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: problems,
  shapes: ({ attrs }) => [[(attrs.channelsA + attrs.channelsB) * attrs.pixels]],
  bounds: ({ attrs }, [a = [], b = []]) => [joinBounds(a, attrs.channelsA, b, attrs.channelsB)],
  reference: ({ attrs }, inputs, [type]) => {
    const [a, b] = inputs as [IntTensor, IntTensor];
    const data = allocate(a.data.length + b.data.length, type?.elem ?? { kind: 'int', bits: 53 });
    joinRows(a.data, attrs.channelsA, b.data, attrs.channelsB, data);
    return [{ shape: [data.length], data }];
  },
  lanes: (ctx) => [ctx.attrs.PE],
  inputLanes: (ctx) => [ctx.attrs.PE, ctx.attrs.PE],
  folding: {
    knobs: ['PE'],
    legal: (_knob, ctx) => legalPe(ctx.attrs),
    explain: (_knob, value, ctx) => explainPe(value, ctx.attrs),
  },
  busy: ({ attrs }) => beatsPerPixel(attrs) * attrs.pixels,
  cycles: ({ attrs }) => {
    const first = attrs.channelsA / attrs.PE;
    return slotModel(beatsPerPixel(attrs), (i) => ({ reads: i < first ? 1 : 2, writes: true }), 1);
  },
  ...calibrated<ConcatKernelAttrs>((ctx) => {
    const bits = ctx.attrs.PE * elemAt(ctx.outputs, 0).bits;
    const count = Math.log2(beatsPerPixel(ctx.attrs));
    return { lut: { data: bits, count, fixed: 1 }, ff: { data: bits, count, fixed: 1 }, dsp: 0, bram: 0 };
  }, CALIBRATION),
  verilog: (ctx) => {
    const [a, b, y] = [elemAt(ctx.inputs, 0), elemAt(ctx.inputs, 1), elemAt(ctx.outputs, 0)];
    const { channelsA, channelsB, PE } = ctx.attrs;
    return {
      module: 'sluice_concat',
      files: ['sluice_cast.v', 'sluice_concat.v'],
      params: {
        PE,
        A_W: a.bits,
        A_KIND: KIND_CODE[a.kind],
        B_W: b.bits,
        B_KIND: KIND_CODE[b.kind],
        OUT_W: y.bits,
        OUT_KIND: KIND_CODE[y.kind],
        BEATS_A: channelsA / PE,
        BEATS_B: channelsB / PE,
      },
      memories: [],
    };
  },
  // concat<…, PIXELS, BEATS_A, BEATS_B>(a, b, out)
  hls: ({ attrs }) => ({
    function: 'concat',
    headers: ['elementwise.hpp', 'concat.hpp'],
    args: [attrs.pixels, attrs.channelsA / attrs.PE, attrs.channelsB / attrs.PE],
    arrays: [],
  }),
  implements: {
    op: 'concat',
    attrs: (_node, [a, b]) => {
      const channelsA = channelsOf(a?.shape ?? []);
      const pixels = numel(a?.shape ?? []) / channelsA;
      return { channelsA, channelsB: channelsOf(b?.shape ?? []), pixels, PE: 1 };
    },
  },
});
