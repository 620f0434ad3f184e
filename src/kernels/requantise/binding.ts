import type { Attrs } from '../../ir/graph.ts';
import { type RequantiseAttrs, scalingRows } from '../../ir/ops/requantise/op.ts';
import type { Scaling } from '../../ir/ops/requantise/scale.ts';
import { atRow } from '../../ir/ops/rows.ts';
import { type ChannelwiseAttrs, cppInt, foldsOf, KIND_CODE, rowOfLane } from '../channelwise.ts';
import type { Fabric } from '../devices.ts';
import type { CostTerms, HlsBinding, KernelContext, VerilogBinding } from '../kernel.ts';
import { packWord } from '../memory.ts';
import { blocksFor, hasMultipliers, isBlockRom, multiplierBlocks, romLuts } from '../memory-terms.ts';
import { scalingWidths } from './widths.ts';

type Ctx = KernelContext<Attrs & ChannelwiseAttrs & RequantiseAttrs>;

const elemOf = (ctx: Ctx, i = 0) => ctx.inputs[i]?.elem ?? { kind: 'int' as const, bits: 1 };

/** One entry per fold and lane; a single one where one row serves all channels. */
function entries(ctx: Ctx, f: Scaling): { folds: number; lanes: number; row: (fold: number, lane: number) => number } {
  const rows = scalingRows(f);
  return {
    folds: foldsOf(ctx.attrs, rows),
    lanes: rows === 1 ? 1 : ctx.attrs.PE,
    row: (fold, lane) => rowOfLane(ctx.attrs, rows, fold, lane),
  };
}

export function requantiseVerilog(ctx: Ctx, f: Scaling): VerilogBinding {
  const w = scalingWidths(f, elemOf(ctx));
  const { folds, lanes, row } = entries(ctx, f);
  const entry = (r: number): bigint =>
    (BigInt.asUintN(w.add, BigInt(atRow(f.add, r))) << BigInt(w.mul)) | BigInt.asUintN(w.mul, BigInt(atRow(f.mul, r)));
  const words = Array.from({ length: folds }, (_, fold) =>
    packWord(
      Array.from({ length: lanes }, (_l, p) => entry(row(fold, p))),
      w.mul + w.add,
    ),
  );
  return {
    module: 'sluice_requantise',
    files: ['sluice_cast.v', 'sluice_requantise_lane.v', 'sluice_requantise.v'],
    params: {
      PE: ctx.attrs.PE,
      IN_W: elemOf(ctx).bits,
      IN_KIND: KIND_CODE[elemOf(ctx).kind],
      X_W: w.x,
      MUL_W: w.mul,
      ADD_W: w.add,
      SUM_W: w.sum,
      SHIFT: f.shift,
      TIES_EVEN: f.ties === 'even' ? 1 : 0,
      FOLDS: folds,
      SHARED: scalingRows(f) === 1 ? 1 : 0,
      OUT_W: ctx.outputs[0]?.elem.bits ?? 1,
      LO: f.lo,
      HI: f.hi,
    },
    memories: [{ param: 'SCALES_FILE', width: (w.mul + w.add) * lanes, words }],
  };
}

/** `requantise<…, BEATS, FOLDS, ROWS, PRODUCT_W, SUM_W, SHIFT, TIES_EVEN, LO, HI>(in, out, mul[FOLDS][ROWS], add[FOLDS][ROWS])`. */
export function requantiseHls(ctx: Ctx, f: Scaling): HlsBinding {
  const w = scalingWidths(f, elemOf(ctx));
  const { folds, lanes, row } = entries(ctx, f);
  const spread = (k: Scaling['mul']): number[] =>
    Array.from({ length: folds * lanes }, (_, i) => atRow(k, row(Math.floor(i / lanes), i % lanes)));
  const { channels, pixels, PE } = ctx.attrs;
  return {
    function: 'requantise',
    headers: ['elementwise.hpp', 'requantise.hpp'],
    args: [(channels * pixels) / PE, folds, lanes, w.x + w.mul, w.sum, f.shift, f.ties === 'even' ? 1 : 0, f.lo, f.hi],
    arrays: [
      { name: 'mul', type: cppInt(w.mul, true), dims: [folds, lanes], data: spread(f.mul), partition: [2] },
      { name: 'add', type: cppInt(w.add, true), dims: [folds, lanes], data: spread(f.add), partition: [2] },
    ],
  };
}

/** Products narrower than this stay in LUTs. */
const LEAST_DSP_BITS = 9;

export function requantiseTerms(ctx: Ctx, f: Scaling, fabric: Fabric): CostTerms {
  const w = scalingWidths(f, elemOf(ctx));
  const { folds, lanes } = entries(ctx, f);
  const { PE } = ctx.attrs;
  const word = (w.mul + w.add) * lanes;
  const block = isBlockRom(folds, word, fabric);
  const inLuts = w.x + w.mul < LEAST_DSP_BITS || !hasMultipliers(fabric);
  const out = ctx.outputs[0]?.elem.bits ?? 1;
  return {
    lut: {
      table: block ? 0 : romLuts(folds, word, fabric),
      products: inLuts ? PE * w.x * w.mul : 0,
      sums: PE * w.sum,
      ties: f.ties === 'even' ? PE * f.shift : 0,
      clamps: PE * (w.sum - f.shift),
      results: PE * out,
      folds: Math.log2(folds),
      fixed: 1,
    },
    ff: {
      table: block || folds === 1 ? 0 : word,
      operands: PE * w.x,
      products: PE * (w.x + w.mul),
      addends: folds > 1 ? PE * w.add : 0,
      sums: PE * w.sum,
      results: PE * out,
      folds: Math.log2(folds),
      fixed: 1,
    },
    dsp: inLuts ? 0 : PE * multiplierBlocks(w.x, w.mul, fabric),
    bram: block ? blocksFor(folds, word, fabric) : 0,
  };
}
