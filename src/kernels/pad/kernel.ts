import { Type } from 'typebox';
import type { ValueType } from '../../ir/graph.ts';
import { hull } from '../../ir/op.ts';
import type { PadAttrs } from '../../ir/ops/pad/op.ts';
import { type Pads, padBounds, paddedSize, padImage } from '../../ir/ops/window/geometry.ts';
import { padsSchema } from '../../ir/ops/window/schema.ts';
import { bitLength, elemRange, toBits } from '../../num/elem.ts';
import { allocate, type IntTensor, numel } from '../../num/tensor.ts';
import { calibrated } from '../cost-model.ts';
import { type CycleModel, restUnless } from '../cycles.ts';
import { divisors } from '../divisors.ts';
import { castParams } from '../elemcode.ts';
import { defineKernel } from '../kernel.ts';
import { CALIBRATION } from './calibration.ts';

/** `pads`: top, left, bottom, right; `value`: the integer that fills them. SIMD channels per beat. */
export type PadKernelAttrs = {
  readonly H: number;
  readonly W: number;
  readonly C: number;
  readonly pads: Pads;
  readonly value: number;
  readonly SIMD: number;
};

const positive = Type.Integer({ minimum: 1 });
const outputBeats = (a: PadKernelAttrs): number => {
  const [h, w] = paddedSize(a.H, a.W, a.pads);
  return (h * w * a.C) / a.SIMD;
};

/** Surrounds each image of a stream with constant pixels. */
export const pad = defineKernel<PadKernelAttrs>({
  kind: 'pad',
  summary: 'Surrounds each image of a stream with constant pixels.',
  attrs: Type.Object(
    { H: positive, W: positive, C: positive, pads: padsSchema, value: Type.Integer(), SIMD: positive },
    { additionalProperties: false },
  ),
  inputs: 1,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: ({ attrs: { H, W, C, SIMD }, inputs }) => {
    const problems: string[] = [];
    if (inputs[0] && numel(inputs[0].shape) !== H * W * C) {
      problems.push(`a stream of ${numel(inputs[0].shape)} elements is not an image of ${H}×${W}×${C}`);
    }
    if (C % SIMD !== 0) problems.push(`SIMD=${SIMD} does not divide C=${C}`);
    return problems;
  },
  shapes: ({ attrs }) => [[outputBeats(attrs) * attrs.SIMD]],
  bounds: ({ attrs: { pads, value } }, [x = []]) => [padBounds([hull(x)], pads, value)],
  reference: ({ attrs: { H, W, C, pads, value } }, [x], [type]) => {
    const shape = type?.shape ?? [];
    const data = type ? allocate(numel(shape), type.elem) : new Int32Array(0);
    padImage((x as IntTensor).data, data, [H, W, C], pads, value);
    return [{ shape, data }];
  },
  lanes: ({ attrs }) => [attrs.SIMD],
  inputLanes: ({ attrs }) => [attrs.SIMD],
  folding: {
    knobs: ['SIMD'],
    legal: (_knob, { attrs }) => divisors(attrs.C),
    explain: (_knob, value, { attrs }) => `SIMD=${value} does not divide C=${attrs.C}`,
  },
  busy: ({ attrs }) => outputBeats(attrs),
  cycles: ({ attrs }) => padCycles(attrs),
  ...calibrated<PadKernelAttrs>(({ attrs, outputs, inputs }) => {
    const bits = attrs.SIMD * (outputs[0] ?? (inputs[0] as ValueType)).elem.bits;
    const [h, w] = paddedSize(attrs.H, attrs.W, attrs.pads);
    const counters = [attrs.C / attrs.SIMD, h, w].reduce((n, l) => n + bitLength(l - 1), 0);
    return { lut: { data: bits, counters, fixed: 1 }, ff: { data: bits, counters, fixed: 1 }, dsp: 0, bram: 0 };
  }, CALIBRATION),
  verilog: ({ attrs, inputs, outputs }) => {
    const from = (inputs[0] as ValueType).elem;
    const to = (outputs[0] as ValueType).elem;
    const [TOP, LEFT, BOTTOM, RIGHT] = attrs.pads;
    const { lo, hi } = elemRange(to);
    // Without padding the value need not be one of the output type.
    const VALUE = attrs.value >= lo && attrs.value <= hi ? toBits(to, attrs.value) : 0;
    return {
      module: 'sluice_pad',
      files: ['sluice_cast.v', 'sluice_swg_count.v', 'sluice_pad_axis.v', 'sluice_pad.v'],
      params: {
        H: attrs.H,
        W: attrs.W,
        FOLD: attrs.C / attrs.SIMD,
        TOP,
        LEFT,
        BOTTOM,
        RIGHT,
        VALUE,
        ...castParams(attrs.SIMD, from, to),
      },
      memories: [],
    };
  },
  hls: ({ attrs }) => ({
    function: 'pad',
    headers: ['pad.hpp'],
    args: [attrs.H, attrs.W, attrs.C / attrs.SIMD, ...attrs.pads, attrs.value],
    arrays: [],
  }),
  implements: {
    op: 'pad',
    attrs: (node, inputs) => {
      const [H = 0, W = 0, C = 0] = inputs[0]?.shape ?? [];
      const { pads, value } = node.attrs as PadAttrs;
      return { H, W, C, pads, value, SIMD: 1 } satisfies PadKernelAttrs;
    },
  },
});

/**
 * A slot per output beat; those that show the image take an input beat. The first one waits for an input beat even where
 * it shows padding: nothing comes out for a frame that has not begun.
 */
function padCycles(a: PadKernelAttrs): CycleModel {
  const [, width] = paddedSize(a.H, a.W, a.pads);
  const [top, left] = a.pads;
  const fold = a.C / a.SIMD;
  const image = Uint8Array.from({ length: outputBeats(a) }, (_, i) => {
    const pixel = Math.floor(i / fold);
    const row = Math.floor(pixel / width) - top;
    const column = (pixel % width) - left;
    return row >= 0 && row < a.H && column >= 0 && column < a.W ? 1 : 0;
  });
  let next = 0;
  let valid = false;
  return {
    reset: () => {
      next = 0;
      valid = false;
    },
    step: (available, space) => {
      if (valid && (space & 1) === 0) return 0;
      const push = valid ? 1 << 16 : 0;
      const takes = image[next] as number;
      valid = (available & 1) === 1 || (takes === 0 && next > 0);
      if (!valid) return push;
      next = next + 1 === image.length ? 0 : next + 1;
      return takes | push;
    },
    rest: restUnless((available, space) => {
      if (valid) return (space & 1) === 1;
      return (available & 1) === 1 || (image[next] === 0 && next > 0);
    }),
  };
}
