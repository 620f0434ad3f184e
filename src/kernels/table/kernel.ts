import { Type } from 'typebox';
import type { Attrs } from '../../ir/graph.ts';
import type { OpContext } from '../../ir/op.ts';
import { channelsOf, rowsOf } from '../../ir/ops/rows.ts';
import { applyLookup, entriesOf, type Lookup, lookupBounds, lookupProblems } from '../../ir/ops/table/lookup.ts';
import { lookupOf, type TableAttrs } from '../../ir/ops/table/op.ts';
import { type ElemType, elemFor } from '../../num/elem.ts';
import { allocate, type IntTensor, numel, valueRange } from '../../num/tensor.ts';
import {
  type ChannelwiseAttrs,
  channelwiseProblems,
  channelwiseSchema,
  cppInt,
  foldsOf,
  peFolding,
} from '../channelwise.ts';
import { calibrated } from '../cost-model.ts';
import { slotModel } from '../cycles.ts';
import type { Fabric } from '../devices.ts';
import { type CostTerms, defineKernel, type KernelContext } from '../kernel.ts';
import { blocksFor, isBlockRom, romLuts } from '../memory-terms.ts';
import { CALIBRATION } from './calibration.ts';
import { indexBits, tableRom } from './rom.ts';

export type TableKernelAttrs = Attrs & ChannelwiseAttrs & TableAttrs;
type Ctx = OpContext<TableKernelAttrs>;

/** Entries of one row: beyond, a table is the wrong kernel. */
const MAX_ENTRIES = 65536;

const lookup = (ctx: Ctx): Lookup => lookupOf(ctx.attrs, ctx.consts);
const rows = (ctx: Ctx): number => rowsOf(lookup(ctx).table);
const folds = (ctx: Ctx): number => foldsOf(ctx.attrs, rows(ctx));
const inElem = (ctx: Ctx): ElemType => ctx.inputs[0]?.elem ?? { kind: 'int', bits: 1 };
const outElem = (ctx: KernelContext<TableKernelAttrs>): ElemType => ctx.outputs[0]?.elem ?? { kind: 'int', bits: 1 };

/** Any function of one element: a ROM with a registered read per lane, one cycle of latency. */
export const table = defineKernel<TableKernelAttrs>({
  kind: 'table',
  summary: 'Looks up each element in a ROM, PE elements per cycle.',
  attrs: Type.Object({ ...channelwiseSchema, offset: Type.Integer() }, { additionalProperties: false }),
  inputs: 1,
  outputs: () => 1,
  consts: { required: ['table'], optional: [] },
  check: (ctx) => {
    const problems = [
      ...channelwiseProblems(ctx.attrs, ctx, rows(ctx)),
      ...lookupProblems(lookup(ctx), ctx.attrs.channels),
    ];
    const entries = entriesOf(lookup(ctx));
    if (entries > MAX_ENTRIES) problems.push(`${entries} entries are more than ${MAX_ENTRIES}`);
    return problems;
  },
  shapes: (ctx) => [ctx.inputs[0]?.shape ?? []],
  bounds: (ctx, [x = []]) => [lookupBounds(lookup(ctx), x, ctx.attrs.channels)],
  reference: (ctx, [x], [type]) => {
    const { shape, data } = x as IntTensor;
    const y = allocate(numel(shape), type?.elem ?? { kind: 'int', bits: 53 });
    applyLookup(lookup(ctx), data, y, ctx.attrs.channels);
    return [{ shape, data: y }];
  },
  lanes: (ctx) => [ctx.attrs.PE],
  inputLanes: (ctx) => [ctx.attrs.PE],
  folding: peFolding(rows),
  busy: (ctx) => (ctx.attrs.channels * ctx.attrs.pixels) / ctx.attrs.PE,
  cycles: () => slotModel(1, () => ({ reads: 1, writes: true }), 1),
  ...calibrated<TableKernelAttrs>(tableTerms, CALIBRATION),
  verilog: (ctx) => ({
    module: 'sluice_table',
    files: ['sluice_table.v'],
    params: {
      PE: ctx.attrs.PE,
      IN_W: inElem(ctx).bits,
      INDEX_W: indexBits(lookup(ctx), inElem(ctx)),
      FOLDS: folds(ctx),
      SHARED: rows(ctx) === 1 ? 1 : 0,
      OUT_W: outElem(ctx).bits,
    },
    memories: [tableRom(lookup(ctx), ctx.attrs, inElem(ctx), outElem(ctx))],
  }),
  // table<…, BEATS, FOLDS, ROWS, ENTRIES, OFFSET>(in, out, entries[FOLDS][ROWS][ENTRIES])
  hls: (ctx) => {
    const { channels, pixels, PE, offset } = ctx.attrs;
    const f = lookup(ctx);
    const lanes = rows(ctx) === 1 ? 1 : PE;
    const elem = elemFor(valueRange(f.table.data));
    return {
      function: 'table',
      headers: ['elementwise.hpp', 'table.hpp'],
      args: [(channels * pixels) / PE, folds(ctx), lanes, entriesOf(f), offset],
      arrays: [
        {
          name: 'entries',
          type: cppInt(elem.bits, elem.kind === 'int'),
          dims: [folds(ctx), lanes, entriesOf(f)],
          data: f.table.data,
          partition: [2],
        },
      ],
    };
  },
  implements: {
    op: 'table',
    attrs: (node, [x]) => {
      const channels = channelsOf(x?.shape ?? []);
      return { ...node.attrs, channels, pixels: numel(x?.shape ?? []) / channels, PE: 1 };
    },
  },
});

/** A ROM per lane: each reads an address of its own. */
function tableTerms(ctx: KernelContext<TableKernelAttrs>, fabric: Fabric): CostTerms {
  const { PE } = ctx.attrs;
  const depth = folds(ctx) * 2 ** indexBits(lookup(ctx), inElem(ctx));
  const bits = outElem(ctx).bits;
  const block = isBlockRom(depth, bits, fabric);
  const fold = Math.log2(folds(ctx));
  return {
    lut: { tables: block ? 0 : PE * romLuts(depth, bits, fabric), folds: fold, fixed: 1 },
    ff: { tables: block ? 0 : PE * bits, folds: fold, fixed: 1 },
    dsp: 0,
    bram: block ? PE * blocksFor(depth, bits, fabric) : 0,
  };
}
