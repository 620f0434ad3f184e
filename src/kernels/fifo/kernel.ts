import { Type } from 'typebox';
import { beatBits, beatsOf, lanesOf } from '../axis.ts';
import { calibrated } from '../cost-model.ts';
import type { CycleModel } from '../cycles.ts';
import type { Fabric } from '../devices.ts';
import { type CostTerms, defineKernel } from '../kernel.ts';
import { addressBits } from '../memory.ts';
import { blocksFor, ramLuts } from '../memory-terms.ts';
import { same } from '../passthrough.ts';
import { CALIBRATION } from './calibration.ts';

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
  ...calibrated<FifoAttrs>(
    (ctx, fabric) => fifoTerms(ctx.attrs.depth, ctx.inputs.map(beatBits)[0] ?? 1, fabric),
    CALIBRATION,
  ),
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

/** Counters and flags; LUT memory, or a block with the data register and the bypass around it. */
function fifoTerms(depth: number, width: number, fabric: Fabric): CostTerms {
  const address = addressBits(depth);
  const deep = isDeep(depth, width);
  const wraps = Number.isInteger(Math.log2(depth)) ? 0 : address;
  return {
    lut: {
      memory: deep ? 0 : ramLuts(depth, width, fabric),
      places: deep ? 0 : width * (Math.ceil(depth / 64) - 1),
      bypass: deep ? width : 0,
      counters: address,
      wraps,
      fixed: 1,
    },
    ff: { counters: address, bypass: deep ? width : 0, fixed: 1 },
    dsp: 0,
    bram: deep ? blocksFor(depth, width, fabric) : 0,
  };
}
