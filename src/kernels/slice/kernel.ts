import { Type } from 'typebox';
import type { ValueType } from '../../ir/graph.ts';
import type { OpContext } from '../../ir/op.ts';
import { spreadBounds } from '../../ir/ops/rows.ts';
import { partOf, type SliceAttrs } from '../../ir/ops/slice/op.ts';
import { type Part, takePart } from '../../ir/ops/slice/part.ts';
import { allocate, type IntTensor, numel } from '../../num/tensor.ts';
import { lanesOf } from '../axis.ts';
import { slotModel } from '../cycles.ts';
import { divisors } from '../divisors.ts';
import { castParams } from '../elemcode.ts';
import { defineKernel } from '../kernel.ts';
import { addCosts, counterCost } from '../memcost.ts';

/** Of each run of `period` elements those from `start`, `keep` of them; `runs` runs per frame; PE elements per beat. */
export type SliceKernelAttrs = Part & { readonly runs: number; readonly PE: number };

const positive = Type.Integer({ minimum: 1 });
const legalPe = ({ period, start, keep }: SliceKernelAttrs): number[] =>
  divisors(period).filter((d) => start % d === 0 && keep % d === 0);
const explainPe = (pe: number, { period, start, keep }: SliceKernelAttrs): string =>
  `PE=${pe} does not divide runs of ${period} elements of which ${keep} are kept from ${start} on`;

function problems({ attrs, inputs }: OpContext<SliceKernelAttrs>): string[] {
  const { period, start, keep, runs, PE } = attrs;
  const out: string[] = [];
  const size = numel(inputs[0]?.shape ?? []);
  if (size !== period * runs) out.push(`input has ${size} elements, not ${runs} runs of ${period}`);
  if (start + keep > period) out.push(`elements ${start} to ${start + keep - 1} of runs of ${period}`);
  const lanes = inputs[0] ? lanesOf(inputs[0]) : PE;
  if (lanes !== PE) out.push(`input has ${lanes} lanes, not PE=${PE}`);
  if (!legalPe(attrs).includes(PE)) out.push(explainPe(PE, attrs));
  return out;
}

/** Takes every beat and passes on those of the part. */
export const slice = defineKernel<SliceKernelAttrs>({
  kind: 'slice',
  summary: 'Passes on a contiguous part of every run of elements.',
  attrs: Type.Object(
    { period: positive, start: Type.Integer({ minimum: 0 }), keep: positive, runs: positive, PE: positive },
    { additionalProperties: false },
  ),
  inputs: 1,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: problems,
  shapes: ({ attrs: { keep, runs } }) => [[keep * runs]],
  bounds: ({ attrs: { period, start, keep } }, [x = []]) =>
    x.length > 1 ? [spreadBounds(x, period).slice(start, start + keep)] : [x],
  reference: ({ attrs }, [x], [type]) => {
    const data = allocate(attrs.keep * attrs.runs, type?.elem ?? { kind: 'int', bits: 53 });
    takePart(attrs, (x as IntTensor).data, data);
    return [{ shape: [data.length], data }];
  },
  lanes: ({ attrs }) => [attrs.PE],
  inputLanes: ({ attrs }) => [attrs.PE],
  folding: {
    knobs: ['PE'],
    legal: (_knob, { attrs }) => legalPe(attrs),
    explain: (_knob, value, { attrs }) => explainPe(value, attrs),
  },
  busy: ({ attrs: { period, runs, PE } }) => (period * runs) / PE,
  cycles: ({ attrs: { period, start, keep, PE } }) =>
    slotModel(period / PE, (i) => ({ reads: 1, writes: i * PE >= start && i * PE < start + keep }), 1),
  cost: ({ attrs: { period, PE }, outputs }) => {
    const bits = PE * (outputs[0] as ValueType).elem.bits;
    return addCosts({ lut: 6, ff: bits + 2, dsp: 0, bram: 0 }, counterCost(period / PE));
  },
  verilog: ({ attrs: { period, start, keep, PE }, inputs, outputs }) => ({
    module: 'sluice_slice',
    files: ['sluice_cast.v', 'sluice_slice.v'],
    params: {
      BEATS: period / PE,
      FIRST: start / PE,
      LAST: (start + keep) / PE - 1,
      ...castParams(PE, (inputs[0] as ValueType).elem, (outputs[0] as ValueType).elem),
    },
    memories: [],
  }),
  hls: ({ attrs: { period, start, keep, runs, PE } }) => ({
    function: 'slice',
    headers: ['elementwise.hpp', 'slice.hpp'],
    args: [runs, period / PE, start / PE, (start + keep) / PE - 1],
    arrays: [],
  }),
  implements: {
    op: 'slice',
    attrs: (node, inputs) => {
      const shape = inputs[0]?.shape ?? [];
      const part = partOf(node.attrs as SliceAttrs, shape);
      return { ...part, runs: numel(shape) / part.period, PE: 1 } satisfies SliceKernelAttrs;
    },
  },
});
