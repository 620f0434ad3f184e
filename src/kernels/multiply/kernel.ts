import { Type } from 'typebox';
import type { Attrs } from '../../ir/graph.ts';
import { applyMultiply, multiplyBounds } from '../../ir/ops/multiply/product.ts';
import { channelsOf } from '../../ir/ops/rows.ts';
import { type ElemType, elemRange } from '../../num/elem.ts';
import { numel } from '../../num/tensor.ts';
import { type ChannelwiseAttrs, channelwiseProblems, channelwiseSchema, KIND_CODE, peFolding } from '../channelwise.ts';
import { slotModel } from '../cycles.ts';
import { defineKernel } from '../kernel.ts';
import { productCost } from '../product-cost.ts';
import { sumCost } from '../romcost.ts';
import { signedBits } from '../widths.ts';

export type MultiplyKernelAttrs = Attrs & ChannelwiseAttrs;

/** Registers: operands, product. */
const LATENCY = 2;

const elemOf = (type: { readonly elem: ElemType } | undefined): ElemType => type?.elem ?? { kind: 'int', bits: 1 };

/** Product of two streams, PE elements per cycle. */
export const multiply = defineKernel<MultiplyKernelAttrs>({
  kind: 'multiply',
  summary: 'Product of two streams, element by element.',
  attrs: Type.Object(channelwiseSchema, { additionalProperties: false }),
  inputs: 2,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: (ctx) => channelwiseProblems(ctx.attrs, ctx, 1),
  shapes: (ctx) => [ctx.inputs[0]?.shape ?? []],
  bounds: (_ctx, [a = [], b = []]) => [multiplyBounds(a, b)],
  reference: (_ctx, inputs, [type]) => [applyMultiply(inputs, type)],
  lanes: (ctx) => [ctx.attrs.PE],
  inputLanes: (ctx) => [ctx.attrs.PE, ctx.attrs.PE],
  folding: peFolding(() => 1),
  busy: (ctx) => (ctx.attrs.channels * ctx.attrs.pixels) / ctx.attrs.PE,
  cycles: () => slotModel(1, () => ({ reads: 3, writes: true }), LATENCY),
  cost: (ctx) => {
    const [a, b] = ctx.inputs.map((t) => signedBits(elemRange(t.elem)));
    const lane = productCost(a ?? 1, b ?? 1);
    const registers = { lut: 0, ff: elemOf(ctx.outputs[0]).bits, dsp: 0, bram: 0 };
    return sumCost([
      ...Array.from({ length: ctx.attrs.PE }, () => sumCost([lane, registers])),
      { lut: 3, ff: 2, dsp: 0, bram: 0 },
    ]);
  },
  verilog: (ctx) => {
    const [a, b, y] = [elemOf(ctx.inputs[0]), elemOf(ctx.inputs[1]), elemOf(ctx.outputs[0])];
    return {
      module: 'sluice_multiply',
      files: ['sluice_cast.v', 'sluice_multiply.v'],
      params: {
        PE: ctx.attrs.PE,
        A_W: a.bits,
        A_KIND: KIND_CODE[a.kind],
        B_W: b.bits,
        B_KIND: KIND_CODE[b.kind],
        OUT_W: y.bits,
        OUT_KIND: KIND_CODE[y.kind],
      },
      memories: [],
    };
  },
  // multiply<…, BEATS>(in0, in1, out)
  hls: (ctx) => ({
    function: 'multiply',
    headers: ['elementwise.hpp', 'multiply.hpp'],
    args: [(ctx.attrs.channels * ctx.attrs.pixels) / ctx.attrs.PE],
    arrays: [],
  }),
  implements: {
    op: 'multiply',
    attrs: (_node, [x]) => {
      const channels = channelsOf(x?.shape ?? []);
      return { channels, pixels: numel(x?.shape ?? []) / channels, PE: 1 };
    },
  },
});
