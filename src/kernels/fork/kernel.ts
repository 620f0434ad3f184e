import { Type } from 'typebox';
import { beatBits, beatsOf, lanesOf } from '../axis.ts';
import { type CycleModel, restUnless } from '../cycles.ts';
import { defineKernel } from '../kernel.ts';
import { same } from '../passthrough.ts';

/** `copies`: number of outputs. */
export type ForkAttrs = { readonly copies: number };

/** The HLS library has one function per number of outputs; wider forks are trees. */
export const MAX_COPIES = 8;

const repeat = <T>(n: number, item: T): T[] => Array.from({ length: n }, () => item);

/** One stream to several: a beat passes when it is there and all outputs take it. No latency. */
export const fork = defineKernel<ForkAttrs>({
  kind: 'fork',
  summary: 'Copies a stream to several consumers, beat by beat.',
  attrs: Type.Object({ copies: Type.Integer({ minimum: 2, maximum: MAX_COPIES }) }, { additionalProperties: false }),
  inputs: 1,
  outputs: (attrs) => attrs.copies,
  consts: { required: [], optional: [] },
  check: () => [],
  shapes: (ctx) => repeat(ctx.attrs.copies, ctx.inputs[0]?.shape ?? []),
  bounds: (ctx, [x = []]) => repeat(ctx.attrs.copies, x),
  reference: (ctx, inputs) => same(inputs, ctx.attrs.copies),
  lanes: (ctx) => repeat(ctx.attrs.copies, ctx.inputs.map(lanesOf)[0] ?? 1),
  inputLanes: (ctx) => ctx.inputs.map(lanesOf),
  folding: null,
  busy: (ctx) => ctx.inputs.map(beatsOf)[0] ?? 0,
  cycles: (ctx) => forkModel(ctx.attrs.copies),
  cost: (ctx) => ({ lut: ctx.attrs.copies + 1, ff: 0, dsp: 0, bram: 0 }),
  verilog: (ctx) => ({
    module: 'sluice_fork',
    files: ['sluice_fork.v'],
    params: { WIDTH: ctx.inputs.map(beatBits)[0] ?? 1, COPIES: ctx.attrs.copies },
    memories: [],
  }),
  hls: (ctx) => ({
    function: `fork${ctx.attrs.copies}`,
    headers: ['fork.hpp'],
    args: ctx.inputs.map(beatsOf),
    arrays: [],
  }),
  implements: null,
});

function forkModel(copies: number): CycleModel {
  const all = 2 ** copies - 1;
  const passes = (available: number, space: number): boolean => (available & 1) === 1 && (space & all) === all;
  return {
    reset: () => {},
    step: (available, space) => (passes(available, space) ? 1 | (all << 16) : 0),
    rest: restUnless(passes),
  };
}
