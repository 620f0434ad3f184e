import { Type } from 'typebox';
import type { ValueType } from '../../ir/graph.ts';
import { hull } from '../../ir/op.ts';
import type { GlobalReduceAttrs } from '../../ir/ops/globalreduce/op.ts';
import { type ReduceKind, reduceAxis, reduceInterval, reduceKind } from '../../ir/ops/reduce/arith.ts';
import { bitLength } from '../../num/elem.ts';
import { allocate, type IntTensor, numel } from '../../num/tensor.ts';
import { calibrated } from '../cost-model.ts';
import { slotModel } from '../cycles.ts';
import { divisors } from '../divisors.ts';
import { castParams } from '../elemcode.ts';
import { defineKernel } from '../kernel.ts';
import { ramTerms } from '../memory-terms.ts';
import { CALIBRATION } from './calibration.ts';

/** `pixels` pixels of C channels, PE channels per beat. */
export type GlobalPoolAttrs = {
  readonly kind: ReduceKind;
  readonly pixels: number;
  readonly C: number;
  readonly PE: number;
};

const positive = Type.Integer({ minimum: 1 });

/** Maximum or sum of each channel over all pixels of a frame; the results leave while the last pixel comes in. */
export const globalpool = defineKernel<GlobalPoolAttrs>({
  kind: 'globalpool',
  summary: 'Maximum or sum of each channel over a whole frame, PE channels at a time.',
  attrs: Type.Object(
    { kind: reduceKind, pixels: positive, C: positive, PE: positive },
    { additionalProperties: false },
  ),
  inputs: 1,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: ({ attrs: { pixels, C, PE }, inputs }) => {
    const problems: string[] = [];
    if (inputs[0] && numel(inputs[0].shape) !== pixels * C) {
      problems.push(`a stream of ${numel(inputs[0].shape)} elements is not ${pixels} pixels of ${C} channels`);
    }
    if (C % PE !== 0) problems.push(`PE=${PE} does not divide C=${C}`);
    return problems;
  },
  shapes: ({ attrs }) => [[attrs.C]],
  bounds: ({ attrs }, [x = []]) => [[reduceInterval(hull(x), attrs.pixels, attrs.kind)]],
  reference: ({ attrs }, [x], [type]) => {
    const shape = type?.shape ?? [];
    const data = type ? allocate(numel(shape), type.elem) : new Int32Array(0);
    reduceAxis((x as IntTensor).data, data, attrs.pixels, attrs.C, attrs.kind);
    return [{ shape, data }];
  },
  lanes: ({ attrs }) => [attrs.PE],
  inputLanes: ({ attrs }) => [attrs.PE],
  folding: {
    knobs: ['PE'],
    legal: (_knob, { attrs }) => divisors(attrs.C),
    explain: (_knob, value, { attrs }) => `PE=${value} does not divide C=${attrs.C}`,
  },
  busy: ({ attrs }) => (attrs.pixels * attrs.C) / attrs.PE,
  cycles: ({ attrs: { pixels, C, PE } }) =>
    slotModel((pixels * C) / PE, (i) => ({ reads: 1, writes: i >= ((pixels - 1) * C) / PE }), 1),
  ...calibrated<GlobalPoolAttrs>(({ attrs, outputs, inputs }, fabric) => {
    const width = attrs.PE * (outputs[0] ?? (inputs[0] as ValueType)).elem.bits;
    const fold = attrs.C / attrs.PE;
    const totals = fold > 1 ? ramTerms(fold - 2, width, fabric) : { lut: 0, ff: 0, bram: 0 };
    const counters = bitLength(fold - 1) + bitLength(attrs.pixels - 1) + (fold > 3 ? bitLength(fold - 3) : 0);
    return {
      lut: { [attrs.kind]: width, totals: totals.lut, counters, fixed: 1 },
      ff: { lanes: width, totals: totals.ff, counters, fixed: 1 },
      dsp: 0,
      bram: totals.bram,
    };
  }, CALIBRATION),
  verilog: ({ attrs, inputs, outputs }) => ({
    module: 'sluice_globalpool',
    files: ['sluice_cast.v', 'sluice_swg_count.v', 'sluice_delay.v', 'sluice_pool_lanes.v', 'sluice_globalpool.v'],
    params: {
      PIXELS: attrs.pixels,
      FOLD: attrs.C / attrs.PE,
      SUM: attrs.kind === 'sum' ? 1 : 0,
      ...castParams(attrs.PE, (inputs[0] as ValueType).elem, (outputs[0] as ValueType).elem),
    },
    memories: [],
  }),
  hls: ({ attrs }) => ({
    function: 'globalpool',
    headers: ['globalpool.hpp'],
    args: [attrs.pixels, attrs.C / attrs.PE, attrs.kind === 'sum' ? 1 : 0],
    arrays: [],
  }),
  implements: {
    op: 'globalreduce',
    attrs: (node, inputs) => {
      const [h = 1, w = 1, C = 1] = inputs[0]?.shape ?? [];
      return { kind: (node.attrs as GlobalReduceAttrs).kind, pixels: h * w, C, PE: 1 } satisfies GlobalPoolAttrs;
    },
  },
});
