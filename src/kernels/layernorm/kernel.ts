import { Type } from 'typebox';
import type { Attrs, Const } from '../../ir/graph.ts';
import type { OpContext } from '../../ir/op.ts';
import { applyNorm, type NormDesign, normDesignSchema, normProblems, normRanges } from '../../ir/ops/layernorm/norm.ts';
import type { LayernormAttrs } from '../../ir/ops/layernorm/op.ts';
import { channelsOf } from '../../ir/ops/rows.ts';
import { bitLength, type ElemType, elemFor, elemRange } from '../../num/elem.ts';
import { allocate, type IntTensor, numel } from '../../num/tensor.ts';
import { cppInt } from '../channelwise.ts';
import { castParams } from '../elemcode.ts';
import { defineKernel, type KernelContext } from '../kernel.ts';
import { packWord } from '../memory.ts';
import { productCost } from '../product-cost.ts';
import { romCost, sumCost } from '../romcost.ts';
import { type RowAttrs, rowFolding, rowProblems, rowSchema } from '../row-attrs.ts';
import { type RowStore, rowStore, rowStoreCost, rowsModel } from '../rows.ts';
import { signedBits } from '../widths.ts';

export type LayernormKernelAttrs = Attrs & RowAttrs & { readonly design: NormDesign };
type Ctx = OpContext<LayernormKernelAttrs>;

/** Cycles from a row's last beat to its root, and stages from the store to the output: as in the Verilog. */
const SETTLE = 14;
const OUT = 5;

const elemOf = (ctx: Ctx): ElemType => ctx.inputs[0]?.elem ?? { kind: 'int', bits: 1 };
const tableOf = (ctx: Ctx): Const => ctx.consts['table'] as Const;
const storeOf = ({ attrs }: Ctx): RowStore => rowStore(attrs.channels / attrs.PE, SETTLE, OUT);

/** Bits of the datapath. */
function widthsOf(ctx: Ctx) {
  const { design, channels } = ctx.attrs;
  const x = elemRange(elemOf(ctx));
  const r = normRanges(design, channels, x);
  // Pairs of bits, and so many that the row's spread has room before epsilon comes.
  const argument = 2 * Math.ceil(Math.max(2, r.argument) / 2);
  return {
    x: signedBits(x),
    sum: signedBits(r.sum),
    squares: Math.max(1, bitLength(r.squares.hi)),
    distance: signedBits(r.deviation),
    argument,
    e: Math.max(1, bitLength(argument / 2 - 1)),
    n: Math.max(1, bitLength(design.shift + argument / 2)),
  };
}

/** Normalises rows: sums while they come in, a root, one product per element on the way out. */
export const layernorm = defineKernel<LayernormKernelAttrs>({
  kind: 'layernorm',
  summary: 'Normalises rows in a single pass, PE elements per cycle, rows without a gap.',
  attrs: Type.Object({ ...rowSchema, design: normDesignSchema }, { additionalProperties: false }),
  inputs: 1,
  outputs: () => 1,
  consts: { required: ['table'], optional: [] },
  check: (ctx) => [
    ...rowProblems(ctx.attrs, ctx),
    ...normProblems(ctx.attrs.design, tableOf(ctx).data, ctx.attrs.channels, elemRange(elemOf(ctx))),
  ],
  shapes: (ctx) => [ctx.inputs[0]?.shape ?? []],
  bounds: ({ attrs: { design } }) => [[{ lo: -design.limit, hi: design.limit }]],
  reference: (ctx, [x], [type]) => {
    const { shape, data } = x as IntTensor;
    const y = allocate(numel(shape), type?.elem ?? { kind: 'int', bits: 53 });
    const { channels, design } = ctx.attrs;
    for (let from = 0; from < y.length; from += channels) {
      applyNorm(design, tableOf(ctx).data, data, y, from, channels);
    }
    return [{ shape, data: y }];
  },
  lanes: (ctx) => [ctx.attrs.PE],
  inputLanes: (ctx) => [ctx.attrs.PE],
  folding: rowFolding,
  busy: (ctx) => (ctx.attrs.channels * ctx.attrs.pixels) / ctx.attrs.PE,
  cycles: (ctx) => rowsModel(storeOf(ctx)),
  cost: (ctx) => {
    const { PE, design } = ctx.attrs;
    const w = widthsOf(ctx);
    const out = elemFor({ lo: -design.limit, hi: design.limit }).bits;
    const lane = sumCost([
      productCost(w.x, w.x),
      productCost(w.x, bitLength(ctx.attrs.channels) + 1),
      productCost(w.distance, design.result + 2),
      {
        lut: w.sum + w.squares + w.distance + 3 * (w.distance + design.result) + out,
        ff: 2 * w.x + w.distance + out,
        dsp: 0,
        bram: 0,
      },
    ]);
    const root = sumCost([
      productCost(w.squares, bitLength(ctx.attrs.channels) + 1),
      productCost(w.sum, w.sum),
      romCost(2 ** design.index, design.guess + 1, true),
      productCost(design.guess + 2, design.guess + 2),
      productCost(design.argument + 1, 2 * design.guess + 2),
      productCost(design.guess + 2, design.result + 5),
      { lut: w.argument * 5 + 2 * design.result, ff: 3 * w.argument + 4 * design.argument + 10 * w.e, dsp: 0, bram: 0 },
    ]);
    const stats = w.e + design.result + 1 + w.sum;
    return sumCost([
      ...Array.from({ length: PE }, () => lane),
      root,
      rowStoreCost(storeOf(ctx), PE * elemOf(ctx).bits, stats),
    ]);
  },
  verilog: (ctx) => layernormVerilog(ctx),
  // layernorm<…, ROWS, C, CENTER, SUM_W, SQUARES_W, DISTANCE_W, GUARD, EPSILON_LO, …>(in, out, guesses)
  hls: (ctx) => {
    const { channels, pixels, design: d } = ctx.attrs;
    const w = widthsOf(ctx);
    const { data } = tableOf(ctx);
    const sums = [w.sum, w.squares, w.distance, d.guard, ...epsilonParts(d), w.argument];
    const root = [d.index, d.guess, d.argument, d.result, d.shift, d.limit, data.length];
    return {
      function: 'layernorm',
      headers: ['arithmetic.hpp', 'elementwise.hpp', 'layernorm.hpp'],
      args: [pixels, channels, d.center ? 1 : 0, ...sums, ...root],
      arrays: [{ name: 'guesses', type: cppInt(d.guess + 1, false), dims: [data.length], data, partition: [] }],
    };
  },
  implements: {
    op: 'layernorm',
    attrs: (node, [x]) => {
      const { design } = node.attrs as LayernormAttrs;
      const channels = channelsOf(x?.shape ?? []);
      return { ...(design ? { design } : {}), channels, pixels: numel(x?.shape ?? []) / channels, PE: 1 };
    },
  },
});

/** Low and high 30 bits: parameters are integers of 32. */
const epsilonParts = ({ epsilon }: NormDesign): number[] => [epsilon % 2 ** 30, Math.floor(epsilon / 2 ** 30)];

function layernormVerilog(ctx: KernelContext<LayernormKernelAttrs>) {
  const { design: d, channels, PE } = ctx.attrs;
  const w = widthsOf(ctx);
  const { data } = tableOf(ctx);
  const [low = 0, high = 0] = epsilonParts(d);
  const cast = castParams(PE, elemOf(ctx), ctx.outputs[0]?.elem ?? { kind: 'int', bits: 1 });
  const store = storeOf(ctx);
  return {
    module: 'sluice_layernorm',
    files: [
      'sluice_cast.v',
      'sluice_swg_count.v',
      'sluice_mvu_delay.v',
      'sluice_round_shift.v',
      'sluice_rows_flag.v',
      'sluice_rows.v',
      'sluice_inverse_root.v',
      'sluice_layernorm_lane.v',
      'sluice_layernorm.v',
    ],
    params: {
      PE,
      IN_W: cast['IN_BITS'] ?? 1,
      IN_KIND: cast['IN_KIND'] ?? 1,
      X_W: w.x,
      C: channels,
      CENTER: d.center ? 1 : 0,
      S_W: w.sum,
      SS_W: w.squares,
      D_W: w.distance,
      GUARD: d.guard,
      EPSILON_LO: low,
      EPSILON_HI: high,
      W_BITS: w.argument,
      E_W: w.e,
      INDEX: d.index,
      GUESS: d.guess,
      ARGUMENT: d.argument,
      RESULT: d.result,
      SHIFT: d.shift,
      N_W: w.n,
      LIMIT: d.limit,
      OUT_W: cast['OUT_BITS'] ?? 1,
      DEPTH: store.depth,
      SETTLE,
    },
    memories: [
      {
        param: 'TABLE_FILE',
        width: d.guess + 1,
        words: Array.from({ length: 2 ** d.index }, (_, i) => packWord([data[i] ?? 0], d.guess + 1)),
      },
    ],
  };
}
