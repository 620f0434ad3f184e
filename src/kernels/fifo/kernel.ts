import { Type } from 'typebox';
import { beatBits, beatsOf, lanesOf } from '../axis.ts';
import type { CycleModel } from '../cycles.ts';
import { type Cost, defineKernel } from '../kernel.ts';
import { addressBits } from '../memory.ts';
import { same } from '../passthrough.ts';

/** `depth`: beats that it holds. */
export type FifoAttrs = { readonly depth: number };

/** Block RAM from this depth and this many bits on; below, LUT RAM with asynchronous read. The timing is the same. */
const DEEP_DEPTH = 65;
const DEEP_BITS = 4096;

const isDeep = (depth: number, width: number): boolean => depth >= DEEP_DEPTH && depth * width >= DEEP_BITS;

/**
 * A buffer between two kernels, one cycle of latency. In HLS it is no call but the depth of a stream; its function
 * template copies one frame, for a FIFO that stands alone.
 */
export const fifo = defineKernel<FifoAttrs>({
  kind: 'fifo',
  summary: 'Buffers up to `depth` beats; both flags are registers.',
  attrs: Type.Object({ depth: Type.Integer({ minimum: 1 }) }, { additionalProperties: false }),
  inputs: 1,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: () => [],
  shapes: (ctx) => [ctx.inputs[0]?.shape ?? []],
  bounds: (_ctx, [x = []]) => [x],
  reference: (_ctx, inputs) => same(inputs),
  lanes: (ctx) => ctx.inputs.map(lanesOf),
  inputLanes: (ctx) => ctx.inputs.map(lanesOf),
  folding: null,
  // A single place is either written or read in a cycle.
  busy: (ctx) => ctx.inputs.map(beatsOf).reduce((a, b) => a + b, 0) * (ctx.attrs.depth === 1 ? 2 : 1),
  cycles: (ctx) => fifoModel(ctx.attrs.depth),
  cost: (ctx) => fifoCost(ctx.attrs.depth, ctx.inputs.map(beatBits)[0] ?? 1),
  verilog: (ctx) => {
    const width = ctx.inputs.map(beatBits)[0] ?? 1;
    const { depth } = ctx.attrs;
    return {
      module: 'sluice_fifo',
      files: ['sluice_fifo.v'],
      params: { WIDTH: width, DEPTH: depth, DEEP: isDeep(depth, width) ? 1 : 0 },
      memories: [],
    };
  },
  hls: (ctx) => ({ function: 'fifo', headers: ['fifo.hpp'], args: ctx.inputs.map(beatsOf), arrays: [] }),
  implements: null,
});

function fifoModel(depth: number): CycleModel {
  let count = 0;
  return {
    reset: () => {
      count = 0;
    },
    step: (available, space) => {
      const pop = count < depth ? available & 1 : 0;
      const push = count > 0 ? space & 1 : 0;
      count += pop - push;
      return pop | (push << 16);
    },
  };
}

/** LUT RAM: 3 bits of 64 places in 4 LUTs (64 × 3), 6 bits of 32 places in 4 LUTs. */
function fifoCost(depth: number, width: number): Cost {
  const control = { lut: 4 * addressBits(depth), ff: 3 * addressBits(depth) + 3 };
  if (isDeep(depth, width)) {
    // The data register and the bypass around the memory.
    return {
      lut: control.lut + width,
      ff: control.ff + width + 1,
      dsp: 0,
      bram: Math.ceil((depth * width) / 18432) / 2,
    };
  }
  const perBit = depth <= 32 ? 4 / 6 : (4 / 3) * Math.ceil(depth / 64);
  return { lut: control.lut + Math.ceil(width * perBit), ff: control.ff, dsp: 0, bram: 0 };
}
