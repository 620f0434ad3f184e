import { Type } from 'typebox';
import type { Attrs, Const } from '../../ir/graph.ts';
import type { OpContext } from '../../ir/op.ts';
import type { CurveAttrs } from '../../ir/ops/curve/op.ts';
import {
  applyCurve,
  type CurveDesign,
  curveDesignSchema,
  curveProblems,
  curveRanges,
  differences,
} from '../../ir/ops/curve/segments.ts';
import { channelsOf } from '../../ir/ops/rows.ts';
import { elemFor, elemRange } from '../../num/elem.ts';
import { allocate, type IntTensor, numel } from '../../num/tensor.ts';
import { type ChannelwiseAttrs, channelwiseProblems, channelwiseSchema, cppInt, peFolding } from '../channelwise.ts';
import { slotModel } from '../cycles.ts';
import { castParams } from '../elemcode.ts';
import { defineKernel, type KernelContext } from '../kernel.ts';
import { addressBits, packWord } from '../memory.ts';
import { productCost } from '../product-cost.ts';
import { romCost, sumCost } from '../romcost.ts';
import { signedBits } from '../widths.ts';

export type CurveKernelAttrs = Attrs & ChannelwiseAttrs & { readonly design: CurveDesign };
type Ctx = OpContext<CurveKernelAttrs>;

/** Registers: position, table word, products, line, sum, result. */
const LATENCY = 6;
/** Constants of the datapath are Verilog integers. */
const MAX_IN_BITS = 32;

const tableOf = (ctx: Ctx): Const => ctx.consts['table'] as Const;
const elemOf = (ctx: Ctx) => ctx.inputs[0]?.elem ?? { kind: 'int' as const, bits: 1 };

/** Bits of the datapath, all signed. */
function widthsOf(ctx: Ctx) {
  const { design } = ctx.attrs;
  const x = elemRange(elemOf(ctx));
  const r = curveRanges(design, tableOf(ctx).data, x);
  const line = { lo: Math.min(r.v.lo, -r.v.hi), hi: Math.max(r.v.hi, -r.v.lo) + design.one };
  return {
    x: Math.max(2, signedBits(x)),
    table: signedBits(r.table),
    difference: signedBits(r.difference),
    v: signedBits(line),
    // More than the shift: the quotient has a sign at least.
    sum: Math.max(signedBits({ lo: Math.min(r.sum.lo, -r.sum.hi), hi: r.sum.hi }), design.shift + 2),
  };
}

const oneExponent = ({ one }: CurveDesign): number => (one === 0 ? -1 : Math.round(Math.log2(one)));

/** A smooth function by straight segments: one read of a table, two products and a sum per element. */
export const curve = defineKernel<CurveKernelAttrs>({
  kind: 'curve',
  summary: 'A smooth function by straight segments between table entries, PE elements per cycle.',
  attrs: Type.Object({ ...channelwiseSchema, design: curveDesignSchema }, { additionalProperties: false }),
  inputs: 1,
  outputs: () => 1,
  consts: { required: ['table'], optional: [] },
  check: (ctx) => {
    const problems = channelwiseProblems(ctx.attrs, ctx, 1);
    const { one } = ctx.attrs.design;
    if (elemOf(ctx).bits > MAX_IN_BITS)
      problems.push(`inputs of ${elemOf(ctx).bits} bits are wider than ${MAX_IN_BITS}`);
    if (one !== 0 && 2 ** oneExponent(ctx.attrs.design) !== one) problems.push(`one=${one} is not a power of two`);
    return [...problems, ...curveProblems(ctx.attrs.design, tableOf(ctx).data, elemRange(elemOf(ctx)))];
  },
  shapes: (ctx) => [ctx.inputs[0]?.shape ?? []],
  bounds: ({ attrs: { design } }) => [[{ lo: design.lo, hi: design.hi }]],
  reference: (ctx, [x], [type]) => {
    const { shape, data } = x as IntTensor;
    const y = allocate(numel(shape), type?.elem ?? { kind: 'int', bits: 53 });
    const table = tableOf(ctx).data;
    for (let i = 0; i < y.length; i++) y[i] = applyCurve(ctx.attrs.design, table, data[i] as number);
    return [{ shape, data: y }];
  },
  lanes: (ctx) => [ctx.attrs.PE],
  inputLanes: (ctx) => [ctx.attrs.PE],
  folding: peFolding(() => 1),
  busy: (ctx) => (ctx.attrs.channels * ctx.attrs.pixels) / ctx.attrs.PE,
  cycles: () => slotModel(1, () => ({ reads: 1, writes: true }), LATENCY),
  cost: (ctx) => {
    const { design, PE } = ctx.attrs;
    const w = widthsOf(ctx);
    const rom = romCost(2 ** addressBits(tableOf(ctx).data.length), w.table + w.difference, true);
    const line = design.segment > 0 ? productCost(w.difference, design.segment + 1) : productCost(0, 0);
    const ramp = design.slope > 0 ? productCost(w.x, signedBits({ lo: 0, hi: design.slope })) : productCost(0, 0);
    const out = elemFor(design).bits;
    const rest = { lut: 2 * w.x + 2 * w.v + w.sum + 2 * out, ff: 3 * w.x + w.v + w.sum + out, dsp: 0, bram: 0 };
    return sumCost([
      ...Array.from({ length: PE }, () => sumCost([rom, line, ramp, rest])),
      { lut: 2, ff: 6, dsp: 0, bram: 0 },
    ]);
  },
  verilog: (ctx) => curveVerilog(ctx),
  // curve<…, BEATS, ENTRIES, U_W, V_W, SUM_W, FOLD, …>(in, out, entries, rises)
  hls: (ctx) => {
    const { design, channels, pixels, PE } = ctx.attrs;
    const w = widthsOf(ctx);
    const { data } = tableOf(ctx);
    const { fold, start, segment, slope, align, shift, sign, lo, hi } = design;
    const array = (name: string, bits: number, values: ArrayLike<number>) => ({
      name,
      type: cppInt(bits, true),
      dims: [data.length],
      data: values,
      partition: [],
    });
    const sizes = [(channels * pixels) / PE, data.length, w.x + 2, w.v, Math.max(w.sum, w.v)];
    return {
      function: 'curve',
      headers: ['elementwise.hpp', 'curve.hpp'],
      args: [...sizes, fold ? 1 : 0, start, segment, slope, align, shift, sign, oneExponent(design), lo, hi],
      arrays: [array('entries', w.table, data), array('rises', w.difference, differences(data))],
    };
  },
  implements: {
    op: 'curve',
    attrs: (node, [x]) => {
      const { design } = node.attrs as CurveAttrs;
      const channels = channelsOf(x?.shape ?? []);
      return { ...(design ? { design } : {}), channels, pixels: numel(x?.shape ?? []) / channels, PE: 1 };
    },
  },
});

function curveVerilog(ctx: KernelContext<CurveKernelAttrs>) {
  const { design, PE } = ctx.attrs;
  const w = widthsOf(ctx);
  const { data } = tableOf(ctx);
  const rises = differences(data);
  const depth = 2 ** addressBits(data.length);
  const width = w.table + w.difference;
  const word = (i: number): string => {
    const rise = BigInt.asUintN(w.difference, BigInt(rises[i] ?? 0)) << BigInt(w.table);
    return packWord([rise | BigInt.asUintN(w.table, BigInt(data[i] ?? 0))], width);
  };
  const cast = castParams(PE, elemOf(ctx), ctx.outputs[0]?.elem ?? { kind: 'int', bits: 1 });
  return {
    module: 'sluice_curve',
    files: ['sluice_cast.v', 'sluice_curve_lane.v', 'sluice_curve.v'],
    params: {
      PE,
      IN_W: cast['IN_BITS'] ?? 1,
      IN_KIND: cast['IN_KIND'] ?? 1,
      X_W: w.x,
      FOLD: design.fold ? 1 : 0,
      START: design.start,
      SEGMENT: design.segment,
      ENTRIES: data.length,
      T_W: w.table,
      D_W: w.difference,
      V_W: w.v,
      SLOPE: design.slope,
      ALIGN: design.align,
      SHIFT: design.shift,
      SIGN: design.sign,
      ONE: oneExponent(design),
      SUM_W: w.sum,
      OUT_W: cast['OUT_BITS'] ?? 1,
      LO: design.lo,
      HI: design.hi,
    },
    memories: [{ param: 'TABLE_FILE', width, words: Array.from({ length: depth }, (_, i) => word(i)) }],
  };
}
