import { Type } from 'typebox';
import type { Attrs } from '../../ir/graph.ts';
import { type AddAttrs, addBounds, addSchema, applyAdd } from '../../ir/ops/add/sum.ts';
import { channelsOf } from '../../ir/ops/rows.ts';
import { type ElemType, elemRange } from '../../num/elem.ts';
import { numel } from '../../num/tensor.ts';
import { type ChannelwiseAttrs, channelwiseProblems, channelwiseSchema, KIND_CODE, peFolding } from '../channelwise.ts';
import { calibrated } from '../cost-model.ts';
import { slotModel } from '../cycles.ts';
import { type CostTerms, defineKernel, type KernelContext } from '../kernel.ts';
import { signedBitsOf } from '../widths.ts';
import { CALIBRATION } from './calibration.ts';

export type AddKernelAttrs = Attrs & ChannelwiseAttrs & AddAttrs;

/** Registers: both products, their sum. */
const LATENCY = 2;

const elemOf = (type: { readonly elem: ElemType } | undefined): ElemType => type?.elem ?? { kind: 'int', bits: 1 };

/** Weighted sum of two streams, PE elements per cycle. */
export const add = defineKernel<AddKernelAttrs>({
  kind: 'add',
  summary: 'Weighted sum of two streams, beat by beat.',
  attrs: Type.Object({ ...channelwiseSchema, ...addSchema }, { additionalProperties: false }),
  inputs: 2,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: (ctx) => channelwiseProblems(ctx.attrs, ctx, 1),
  shapes: (ctx) => [ctx.inputs[0]?.shape ?? []],
  bounds: (ctx, [a = [], b = []]) => [addBounds(ctx.attrs, a, b)],
  reference: (ctx, inputs, [type]) => [applyAdd(ctx.attrs, inputs, type)],
  lanes: (ctx) => [ctx.attrs.PE],
  inputLanes: (ctx) => [ctx.attrs.PE, ctx.attrs.PE],
  folding: peFolding(() => 1),
  busy: (ctx) => (ctx.attrs.channels * ctx.attrs.pixels) / ctx.attrs.PE,
  cycles: () => slotModel(1, () => ({ reads: 3, writes: true }), LATENCY),
  ...calibrated<AddKernelAttrs>(addTerms, CALIBRATION),
  verilog: (ctx) => {
    const [a, b] = [elemOf(ctx.inputs[0]), elemOf(ctx.inputs[1])];
    const { PE, mulA, mulB, offset } = ctx.attrs;
    const y = elemOf(ctx.outputs[0]);
    return {
      module: 'sluice_add',
      files: ['sluice_cast.v', 'sluice_add.v'],
      params: {
        PE,
        A_W: a.bits,
        A_KIND: KIND_CODE[a.kind],
        B_W: b.bits,
        B_KIND: KIND_CODE[b.kind],
        OUT_W: y.bits,
        OUT_KIND: KIND_CODE[y.kind],
        MUL_A: mulA,
        MUL_B: mulB,
        OFFSET: offset,
      },
      memories: [],
    };
  },
  // add<…, BEATS, SUM_W, MUL_A, MUL_B, OFFSET>(a, b, out)
  hls: (ctx) => {
    const { channels, pixels, PE, mulA, mulB, offset } = ctx.attrs;
    const ranges = ctx.inputs.map((t) => [elemRange(t.elem)]);
    const sum = signedBitsOf(addBounds(ctx.attrs, ranges[0] ?? [], ranges[1] ?? []));
    return {
      function: 'add',
      headers: ['elementwise.hpp', 'add.hpp'],
      args: [(channels * pixels) / PE, sum + 1, mulA, mulB, offset],
      arrays: [],
    };
  },
  implements: {
    op: 'add',
    attrs: (node, [x]) => {
      const channels = channelsOf(x?.shape ?? []);
      return { ...node.attrs, channels, pixels: numel(x?.shape ?? []) / channels, PE: 1 };
    },
  },
});

/** Adders of a product by a constant: one less than its non-zero signed digits, roughly half the ones. */
const digits = (k: number): number => Math.abs(k).toString(2).replaceAll('0', '').length;

function addTerms(ctx: KernelContext<AddKernelAttrs>): CostTerms {
  const { PE, mulA, mulB, offset } = ctx.attrs;
  const bits = elemOf(ctx.outputs[0]).bits;
  const products = Math.ceil((digits(mulA) + 1) / 2) - 1 + (Math.ceil((digits(mulB) + 1) / 2) - 1);
  const operands = ctx.inputs.map((t) => t.elem.bits).reduce((p, q) => p + q, 0);
  return {
    lut: { sum: PE * bits, products: PE * bits * products, offset: offset === 0 ? 0 : PE * bits, fixed: 1 },
    ff: { sum: PE * bits, operands: PE * operands, fixed: 1 },
    dsp: 0,
    bram: 0,
  };
}
