import { Type } from 'typebox';
import { channelsOf } from '../../ir/ops/rows.ts';
import type { SoftmaxAttrs } from '../../ir/ops/softmax/op.ts';
import {
  applySoftmax,
  softmaxDesignSchema,
  softmaxMethod,
  softmaxProblems,
  unitOf,
} from '../../ir/ops/softmax/weights.ts';
import { allocate, type IntTensor, numel } from '../../num/tensor.ts';
import { defineKernel } from '../kernel.ts';
import { rowFolding, rowProblems, rowSchema } from '../row-attrs.ts';
import { chainModel, rowsModel } from '../rows.ts';
import { type SoftmaxKernelAttrs, softmaxStores, tableOf } from './attrs.ts';
import { softmaxHls, softmaxVerilog } from './binding.ts';
import { softmaxCost } from './cost.ts';

const ONE_PER_CYCLE = 'the running maximum takes one element per cycle (PE=1): threepass takes more';

/** Softmax of rows: weights summed while they come in or behind their maximum, one division, one product per element. */
export const softmax = defineKernel<SoftmaxKernelAttrs>({
  kind: 'softmax',
  summary: 'Softmax of rows, online or in three passes, one division per row, rows without a gap.',
  attrs: Type.Object(
    { ...rowSchema, method: softmaxMethod, design: softmaxDesignSchema },
    { additionalProperties: false },
  ),
  inputs: 1,
  outputs: () => 1,
  consts: { required: ['mantissas'], optional: [] },
  check: (ctx) => {
    const { channels, PE, method, design } = ctx.attrs;
    const problems = rowProblems(ctx.attrs, ctx);
    if (method === 'online' && PE > 1) problems.push(ONE_PER_CYCLE);
    return [...problems, ...softmaxProblems(design, tableOf(ctx).data, channels)];
  },
  shapes: (ctx) => [ctx.inputs[0]?.shape ?? []],
  bounds: ({ attrs: { design } }) => [[{ lo: 0, hi: unitOf(design) }]],
  reference: (ctx, [x], [type]) => {
    const { shape, data } = x as IntTensor;
    const y = allocate(numel(shape), type?.elem ?? { kind: 'int', bits: 53 });
    const { channels, method, design } = ctx.attrs;
    for (let from = 0; from < y.length; from += channels) {
      applySoftmax(design, tableOf(ctx).data, method, data, y, from, channels);
    }
    return [{ shape, data: y }];
  },
  lanes: (ctx) => [ctx.attrs.PE],
  inputLanes: (ctx) => [ctx.attrs.PE],
  folding: {
    ...rowFolding,
    legal: (knob, ctx) => (ctx.attrs.method === 'online' ? [1] : rowFolding.legal(knob, ctx)),
    explain: (knob, value, ctx) =>
      ctx.attrs.method === 'online' ? ONE_PER_CYCLE : rowFolding.explain(knob, value, ctx),
  },
  busy: (ctx) => (ctx.attrs.channels * ctx.attrs.pixels) / ctx.attrs.PE,
  cycles: (ctx) => {
    const { maxima, sums } = softmaxStores(ctx.attrs);
    return maxima ? chainModel(rowsModel(maxima), rowsModel(sums)) : rowsModel(sums);
  },
  cost: softmaxCost,
  verilog: softmaxVerilog,
  hls: softmaxHls,
  implements: {
    op: 'softmax',
    attrs: (node, [x]) => {
      const { design, method } = node.attrs as SoftmaxAttrs;
      const channels = channelsOf(x?.shape ?? []);
      return { ...(design ? { design } : {}), method, channels, pixels: numel(x?.shape ?? []) / channels, PE: 1 };
    },
  },
});
