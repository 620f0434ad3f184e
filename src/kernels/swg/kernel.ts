import { Type } from 'typebox';
import type { ValueType } from '../../ir/graph.ts';
import { hull } from '../../ir/op.ts';
import { gatherRow, slidingProblems } from '../../ir/ops/window/geometry.ts';
import type { WindowAttrs } from '../../ir/ops/window/op.ts';
import { slidingSchema } from '../../ir/ops/window/schema.ts';
import type { ElemType } from '../../num/elem.ts';
import { allocate, type IntTensor, numel } from '../../num/tensor.ts';
import { calibrated } from '../cost-model.ts';
import { divisors } from '../divisors.ts';
import { castParams } from '../elemcode.ts';
import { defineKernel, type HlsBinding, type KernelContext, type VerilogBinding } from '../kernel.ts';
import { bufferDepth } from './buffer.ts';
import { CALIBRATION } from './calibration.ts';
import { swgTerms } from './cost.ts';
import {
  beats,
  isParallel,
  outputSize,
  type SwgAttrs,
  simdSpan,
  streamGroups,
  taps,
  wordGeometry,
} from './geometry.ts';
import { swgCycles } from './model.ts';

const positive = Type.Integer({ minimum: 1 });
const elems = (ctx: KernelContext<SwgAttrs>): { from: ElemType; to: ElemType } => {
  const from = (ctx.inputs[0] as ValueType).elem;
  return { from, to: ctx.outputs[0]?.elem ?? from };
};

/** Sliding-window generator: a stream of images in, a stream of their windows out, SIMD channels (or a window) per beat. */
export const swg = defineKernel<SwgAttrs>({
  kind: 'swg',
  summary: 'Sliding-window generator: streams the windows of an image from a circular buffer.',
  attrs: Type.Object(
    {
      H: positive,
      W: positive,
      C: positive,
      ...slidingSchema,
      groups: positive,
      order: Type.Union([Type.Literal('dense'), Type.Literal('depthwise')]),
      SIMD: positive,
    },
    { additionalProperties: false },
  ),
  inputs: 1,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: ({ attrs, inputs }) => {
    const { H, W, C, groups, order, SIMD } = attrs;
    const problems = slidingProblems([H, W, C], attrs);
    if (inputs[0] && numel(inputs[0].shape) !== H * W * C) {
      problems.push(`a stream of ${numel(inputs[0].shape)} elements is not an image of ${H}×${W}×${C}`);
    }
    if (C % groups !== 0) problems.push(`groups=${groups} does not divide C=${C}`);
    if (order === 'depthwise' && groups !== 1) problems.push('depthwise order has groups=1');
    if (!isParallel(attrs) && simdSpan(attrs) % SIMD !== 0) problems.push(explain(SIMD, attrs));
    return problems;
  },
  shapes: ({ attrs }) => {
    const [rows, columns] = outputSize(attrs);
    return [[rows * columns * taps(attrs) * attrs.C]];
  },
  bounds: (_ctx, [x = []]) => [[hull(x)]],
  reference: ({ attrs }, [x], [type]) => {
    const shape = type?.shape ?? [];
    const data = type ? allocate(numel(shape), type.elem) : new Int32Array(0);
    const [rows, columns] = outputSize(attrs);
    const image = { w: attrs.W, c: attrs.C, columns, groups: streamGroups(attrs) };
    const perRow = columns * taps(attrs) * attrs.C;
    for (let r = 0; r < rows; r++) gatherRow((x as IntTensor).data, data, r * perRow, r, image, attrs);
    return [{ shape, data }];
  },
  lanes: ({ attrs }) => [attrs.SIMD],
  inputLanes: ({ attrs }) => [isParallel(attrs) ? attrs.C : attrs.SIMD],
  folding: {
    knobs: ['SIMD'],
    legal: (_knob, { attrs }) => {
      const whole = taps(attrs) * attrs.C;
      const parts = divisors(simdSpan(attrs));
      return parts[parts.length - 1] === whole ? parts : [...parts, whole];
    },
    explain: (_knob, value, { attrs }) => explain(value, attrs),
  },
  busy: ({ attrs }) => {
    const { input, output } = beats(attrs);
    return Math.max(input, output);
  },
  cycles: ({ attrs }) => swgCycles(attrs),
  ...calibrated<SwgAttrs>((ctx, fabric) => swgTerms(ctx.attrs, elems(ctx).from.bits, fabric), CALIBRATION),
  verilog: (ctx) => (isParallel(ctx.attrs) ? parallelVerilog(ctx) : sequentialVerilog(ctx)),
  hls: (ctx) => hlsBinding(ctx.attrs),
  implements: {
    op: 'window',
    attrs: (node, inputs) => {
      const [H = 0, W = 0, C = 0] = inputs[0]?.shape ?? [];
      const { kernel, stride, dilation, groups, order } = node.attrs as WindowAttrs;
      return { H, W, C, kernel, stride, dilation, groups, order, SIMD: 1 } satisfies SwgAttrs;
    },
  },
});

function explain(simd: number, a: SwgAttrs): string {
  const span = a.order === 'dense' && a.groups > 1 ? `C/groups=${simdSpan(a)}` : `C=${a.C}`;
  return `SIMD=${simd} does not divide ${span}, nor is it a whole window of ${taps(a) * a.C}`;
}

const slidingParams = ({ kernel, stride, dilation }: SwgAttrs): { readonly [name: string]: number } => ({
  KH: kernel[0],
  KW: kernel[1],
  SH: stride[0],
  SW: stride[1],
  DH: dilation[0],
  DW: dilation[1],
});

function sequentialVerilog(ctx: KernelContext<SwgAttrs>): VerilogBinding {
  const { attrs } = ctx;
  const { from, to } = elems(ctx);
  const { couter, cinner } = wordGeometry(attrs);
  return {
    module: 'sluice_swg',
    files: ['sluice_cast.v', 'sluice_swg_count.v', 'sluice_swg.v'],
    params: {
      H: attrs.H,
      W: attrs.W,
      COUTER: couter,
      CINNER: cinner,
      ...slidingParams(attrs),
      DEPTH: bufferDepth(attrs),
      ...castParams(attrs.SIMD, from, to),
    },
    memories: [],
  };
}

function parallelVerilog(ctx: KernelContext<SwgAttrs>): VerilogBinding {
  const { attrs } = ctx;
  const { from, to } = elems(ctx);
  const { LANES: _lanes, ...types } = castParams(attrs.SIMD, from, to);
  return {
    module: 'sluice_swg_parallel',
    files: ['sluice_cast.v', 'sluice_swg_count.v', 'sluice_swg_ends.v', 'sluice_delay.v', 'sluice_swg_parallel.v'],
    params: { H: attrs.H, W: attrs.W, C: attrs.C, GROUPS: streamGroups(attrs), ...slidingParams(attrs), ...types },
    memories: [],
  };
}

function hlsBinding(a: SwgAttrs): HlsBinding {
  const sliding = Object.values(slidingParams(a));
  if (isParallel(a)) {
    const args = [a.H, a.W, a.C, streamGroups(a), ...sliding];
    return { function: 'swg_parallel', headers: ['swg.hpp'], args, arrays: [] };
  }
  const { couter, cinner } = wordGeometry(a);
  return {
    function: 'swg',
    headers: ['swg.hpp'],
    args: [a.H, a.W, couter, cinner, ...sliding, bufferDepth(a)],
    arrays: [],
  };
}
