import { Type } from 'typebox';
import type { Const, ValueType } from '../../ir/graph.ts';
import type { OpContext } from '../../ir/op.ts';
import { putBefore, withRows } from '../../ir/ops/insert/before.ts';
import { channelsOf } from '../../ir/ops/rows.ts';
import { type ElemType, toBits } from '../../num/elem.ts';
import { allocate, type IntTensor, numel } from '../../num/tensor.ts';
import { lanesOf } from '../axis.ts';
import { type CycleModel, restUnless } from '../cycles.ts';
import { divisors } from '../divisors.ts';
import { castParams } from '../elemcode.ts';
import { defineKernel } from '../kernel.ts';
import { addCosts, counterCost } from '../memcost.ts';
import { packWord } from '../memory.ts';
import { romCost } from '../romcost.ts';

/** Rows of `channels` elements: `constant` of them from a ROM, then `streamed` ones of the frame; PE elements per beat. */
export type InsertKernelAttrs = {
  readonly channels: number;
  readonly constant: number;
  readonly streamed: number;
  readonly PE: number;
};

const positive = Type.Integer({ minimum: 1 });
const explainPe = (pe: number, { channels }: InsertKernelAttrs): string =>
  `PE=${pe} does not divide ${channels} channels`;
const rowsIn = (ctx: OpContext<InsertKernelAttrs>): Const => ctx.consts['rows'] as Const;
const outputBeats = ({ channels, constant, streamed, PE }: InsertKernelAttrs): number =>
  ((constant + streamed) * channels) / PE;
const constantBeats = ({ channels, constant, PE }: InsertKernelAttrs): number => (constant * channels) / PE;

function problems(ctx: OpContext<InsertKernelAttrs>): string[] {
  const { channels, constant, streamed, PE } = ctx.attrs;
  const out: string[] = [];
  const size = numel(ctx.inputs[0]?.shape ?? []);
  if (size !== streamed * channels) out.push(`input has ${size} elements, not ${streamed} rows of ${channels}`);
  const rows = numel(rowsIn(ctx).shape);
  if (rows !== constant * channels) out.push(`${rows} constants are not ${constant} rows of ${channels}`);
  const lanes = ctx.inputs[0] ? lanesOf(ctx.inputs[0]) : PE;
  if (lanes !== PE) out.push(`input has ${lanes} lanes, not PE=${PE}`);
  if (channels % PE !== 0) out.push(explainPe(PE, ctx.attrs));
  return out;
}

/** The constant's elements as words of PE lanes, in the output's encoding. */
function wordsOf({ data }: Const, pe: number, elem: ElemType): string[] {
  return Array.from({ length: data.length / pe }, (_, i) =>
    packWord(
      Array.from({ length: pe }, (_x, p) => toBits(elem, data[i * pe + p] as number)),
      elem.bits,
    ),
  );
}

/** Constant rows from a ROM, then the frame. */
export const insert = defineKernel<InsertKernelAttrs>({
  kind: 'insert',
  summary: 'Puts constant rows before the rows of a stream.',
  attrs: Type.Object(
    { channels: positive, constant: positive, streamed: positive, PE: positive },
    { additionalProperties: false },
  ),
  inputs: 1,
  outputs: () => 1,
  consts: { required: ['rows'], optional: [] },
  check: problems,
  shapes: ({ attrs }) => [[outputBeats(attrs) * attrs.PE]],
  bounds: (ctx, [x = []]) => [withRows(rowsIn(ctx), ctx.attrs.channels, x)],
  reference: (ctx, [x], [type]) => {
    const data = allocate(outputBeats(ctx.attrs) * ctx.attrs.PE, type?.elem ?? { kind: 'int', bits: 53 });
    putBefore(rowsIn(ctx), (x as IntTensor).data, data);
    return [{ shape: [data.length], data }];
  },
  lanes: ({ attrs }) => [attrs.PE],
  inputLanes: ({ attrs }) => [attrs.PE],
  folding: {
    knobs: ['PE'],
    legal: (_knob, { attrs }) => divisors(attrs.channels),
    explain: (_knob, value, { attrs }) => explainPe(value, attrs),
  },
  busy: ({ attrs }) => outputBeats(attrs),
  cycles: ({ attrs }) => insertCycles(outputBeats(attrs), constantBeats(attrs)),
  cost: ({ attrs, outputs }) => {
    const bits = attrs.PE * (outputs[0] as ValueType).elem.bits;
    const data = { lut: bits + 6, ff: bits + 2, dsp: 0, bram: 0 };
    return addCosts(data, romCost(constantBeats(attrs), bits, false), counterCost(outputBeats(attrs)));
  },
  verilog: (ctx) => {
    const { attrs } = ctx;
    const to = (ctx.outputs[0] as ValueType).elem;
    return {
      module: 'sluice_insert',
      files: ['sluice_cast.v', 'sluice_insert.v'],
      params: {
        BEATS: outputBeats(attrs),
        CONSTANT: constantBeats(attrs),
        ...castParams(attrs.PE, (ctx.inputs[0] as ValueType).elem, to),
      },
      memories: [{ param: 'ROWS_FILE', width: attrs.PE * to.bits, words: wordsOf(rowsIn(ctx), attrs.PE, to) }],
    };
  },
  // insert<…, BEATS, CONSTANT>(in, out, rows[CONSTANT][PE])
  hls: (ctx) => {
    const { attrs } = ctx;
    const { elem, data } = rowsIn(ctx);
    const type = elem.kind === 'uint' ? `ap_uint<${elem.bits}>` : `ap_int<${Math.max(2, elem.bits)}>`;
    return {
      function: 'insert',
      headers: ['elementwise.hpp', 'insert.hpp'],
      args: [outputBeats(attrs), constantBeats(attrs)],
      arrays: [{ name: 'rows', type, dims: [constantBeats(attrs), attrs.PE], data, partition: [2] }],
    };
  },
  implements: {
    op: 'insert',
    attrs: (_node, [x], [y]) => {
      const channels = channelsOf(x?.shape ?? []);
      const streamed = numel(x?.shape ?? []) / channels;
      const constant = numel(y?.shape ?? []) / channels - streamed;
      return { channels, constant, streamed, PE: 1 } satisfies InsertKernelAttrs;
    },
  },
});

/**
 * A slot per output beat. Those of the frame take an input beat; the first constant one waits for one: nothing comes out
 * for a frame that has not begun.
 */
function insertCycles(beats: number, constant: number): CycleModel {
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
      const takes = next >= constant ? 1 : 0;
      valid = (available & 1) === 1 || (takes === 0 && next > 0);
      if (!valid) return push;
      next = next + 1 === beats ? 0 : next + 1;
      return takes | push;
    },
    rest: restUnless((available, space) => {
      if (valid) return (space & 1) === 1;
      return (available & 1) === 1 || (next < constant && next > 0);
    }),
  };
}
