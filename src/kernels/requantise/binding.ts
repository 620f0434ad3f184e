import type { Attrs } from '../../ir/graph.ts';
import { type RequantiseAttrs, scalingRows } from '../../ir/ops/requantise/op.ts';
import type { Scaling } from '../../ir/ops/requantise/scale.ts';
import { atRow } from '../../ir/ops/rows.ts';
import { type ChannelwiseAttrs, cppInt, foldsOf, KIND_CODE, rowOfLane } from '../channelwise.ts';
import type { Cost, HlsBinding, KernelContext, VerilogBinding } from '../kernel.ts';
import { packWord } from '../memory.ts';
import { romCost, sumCost } from '../romcost.ts';
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

/** Operands up to this size fit one DSP slice. */
const DSP_A = 25;
const DSP_B = 18;
const LUT_INPUTS = 6;
/** Products smaller than this (in bit pairs) are cheaper in LUTs. */
const LUT_PRODUCT = 30;

export function requantiseCost(ctx: Ctx, f: Scaling): Cost {
  const w = scalingWidths(f, elemOf(ctx));
  const { folds } = entries(ctx, f);
  const { PE } = ctx.attrs;
  const kept = w.sum - f.shift;
  const out = ctx.outputs[0]?.elem.bits ?? 1;
  const [big, small] = [Math.max(w.x, w.mul), Math.min(w.x, w.mul)];
  // Two bits hold 0 and ±1: a multiplier that only passes or negates.
  const inLuts = small <= 2 || big * small < LUT_PRODUCT;
  const rom = romCost(folds, (w.mul + w.add) * PE, true);
  const lane: Cost = {
    // Sum, test of the dropped bits, two comparisons (two bits per LUT), selection.
    lut: (inLuts ? big * small : 0) + w.sum + (f.ties === 'even' ? Math.ceil(f.shift / LUT_INPUTS) : 0) + kept + out,
    ff: w.x + (inLuts ? w.x + w.mul : 0) + w.sum + out + (folds > 1 ? w.add : 0),
    dsp: inLuts ? 0 : Math.ceil(big / DSP_A) * Math.ceil(small / DSP_B),
    bram: 0,
  };
  return sumCost([rom, ...Array.from({ length: PE }, () => lane), { lut: 8, ff: 6, dsp: 0, bram: 0 }]);
}
