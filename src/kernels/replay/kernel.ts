import { Type } from 'typebox';
import type { OpContext } from '../../ir/op.ts';
import { replayRows } from '../../ir/ops/replay/rows.ts';
import { type IntTensor, numel } from '../../num/tensor.ts';
import { divisors } from '../divisors.ts';
import { defineKernel } from '../kernel.ts';
import { addCosts, counterCost, memoryCost } from '../memcost.ts';
import { replayModel } from './model.ts';

/** `total` rows of `channels` elements from a frame of `rows`; SIMD divides each of the `groups` parts of a row. */
export type ReplayKernelAttrs = {
  readonly rows: number;
  readonly total: number;
  readonly channels: number;
  readonly groups: number;
  readonly SIMD: number;
};

const positive = Type.Integer({ minimum: 1 });
const beats = (a: ReplayKernelAttrs, rows: number): number => (rows * a.channels) / a.SIMD;
const explain = (simd: number, { channels, groups }: ReplayKernelAttrs): string =>
  `SIMD=${simd} does not divide the ${channels / groups} elements of a head`;

/** Bits of the store: the only memory of an attention that grows with its keys. */
export const replayMemoryBits = ({ attrs, inputs }: OpContext<ReplayKernelAttrs>): number =>
  attrs.rows * attrs.channels * (inputs[0]?.elem.bits ?? 1);

/** A store of one frame's rows that gives them over and over; the next frame's come in as the last pass lets go of them. */
export const replay = defineKernel<ReplayKernelAttrs>({
  kind: 'replay',
  summary: "Keeps a frame's rows and gives them over and over, SIMD elements per cycle.",
  attrs: Type.Object(
    { rows: positive, total: positive, channels: positive, groups: positive, SIMD: positive },
    { additionalProperties: false },
  ),
  inputs: 1,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: ({ attrs, inputs }) => {
    const { rows, total, channels, groups, SIMD } = attrs;
    const size = numel(inputs[0]?.shape ?? []);
    const problems: string[] = [];
    if (size !== rows * channels)
      problems.push(`an input of ${size} elements is not rows=${rows} of channels=${channels}`);
    if (total < rows) problems.push(`total=${total} is less than rows=${rows}`);
    if (channels % groups !== 0) problems.push(`groups=${groups} does not divide channels=${channels}`);
    else if ((channels / groups) % SIMD !== 0) problems.push(explain(SIMD, attrs));
    return problems;
  },
  shapes: ({ attrs }) => [[attrs.total * attrs.channels]],
  bounds: (_ctx, [x = []]) => [x],
  reference: ({ attrs }, [x], [type]) => [replayRows(x as IntTensor, attrs.total, attrs.channels, type)],
  lanes: ({ attrs }) => [attrs.SIMD],
  inputLanes: ({ attrs }) => [attrs.SIMD],
  folding: {
    knobs: ['SIMD'],
    legal: (_knob, { attrs }) => divisors(attrs.channels / attrs.groups),
    explain: (_knob, value, { attrs }) => explain(value, attrs),
  },
  busy: ({ attrs }) => beats(attrs, attrs.total),
  cycles: ({ attrs }) => replayModel(beats(attrs, attrs.rows), beats(attrs, attrs.total)),
  cost: ({ attrs, inputs }) => {
    const stored = beats(attrs, attrs.rows);
    const width = attrs.SIMD * (inputs[0]?.elem.bits ?? 1);
    const control = { lut: 8, ff: 4, dsp: 0, bram: 0 };
    const counters = [stored, stored, stored, stored + 1, stored + 1, beats(attrs, attrs.total)].map(counterCost);
    return addCosts(memoryCost(stored, width), control, ...counters);
  },
  verilog: ({ attrs, inputs }) => ({
    module: 'sluice_replay',
    files: ['sluice_replay.v'],
    params: {
      WIDTH: attrs.SIMD * (inputs[0]?.elem.bits ?? 1),
      BEATS: beats(attrs, attrs.rows),
      TOTAL: beats(attrs, attrs.total),
    },
    memories: [],
  }),
  // replay<…, BEATS, TOTAL>(in, out)
  hls: ({ attrs }) => ({
    function: 'replay',
    headers: ['replay.hpp'],
    args: [beats(attrs, attrs.rows), beats(attrs, attrs.total)],
    arrays: [],
  }),
  implements: {
    op: 'replay',
    attrs: (node, [x]) => {
      const [rows = 1, channels = 1] = x?.shape ?? [];
      const { rows: total, groups } = node.attrs as { rows: number; groups: number };
      return { rows, total, channels, groups, SIMD: 1 };
    },
  },
});
