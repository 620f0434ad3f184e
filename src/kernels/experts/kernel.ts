import { Type } from 'typebox';
import { applyMixture, mixtureBounds, queuesOf } from '../../ir/ops/experts/mixture.ts';
import { expertsSchema, mixtureProblems } from '../../ir/ops/experts/op.ts';
import { elemRange } from '../../num/elem.ts';
import { allocate, type IntArray, type IntTensor, numel } from '../../num/tensor.ts';
import { lanesOf } from '../axis.ts';
import type { CycleRun } from '../cycles.ts';
import { divisors } from '../divisors.ts';
import { defineKernel, type KernelContext } from '../kernel.ts';
import { factorProblems, multSchema } from '../mac.ts';
import { MEMORY_WIDTHS } from '../memory.ts';
import { expertsHls, expertsVerilog } from './binding.ts';
import { expertsCost } from './cost.ts';
import { expertsImage } from './image.ts';
import type { ExpertsShape, Wanted } from './loader-model.ts';
import { expertsModel } from './model.ts';
import {
  type Ctx,
  downLatency,
  type ExpertsKernelAttrs,
  foldsOf,
  imageBytes,
  LEAST_JOB,
  layoutOf,
  mixture,
  upLatency,
} from './sizes.ts';

/** Bits of a beat of the memory bus, where nothing else is asked for. */
const DEFAULT_BEAT = 128;

/** Registers of the requantisation, and of an activation table behind it. */
const SCALE_LATENCY = 4;
/** Cycles in which the products hand over from one frame to the next. */
const FRAME_END = 2;
/** Stages from the end of a frame's jobs to the output, beyond those of a product. */
const DRAIN = 3;

const explain = (knob: string, value: number, ctx: Ctx): string =>
  knob === 'PE'
    ? `PE=${value} does not divide the ${foldsOf(ctx).hidden} hidden channels`
    : `SIMD=${value} does not divide the ${foldsOf(ctx).width} channels`;

function problems(ctx: Ctx): string[] {
  const { tokens, k, PE, SIMD, beat } = ctx.attrs;
  const [x, routes] = ctx.inputs;
  const m = mixture(ctx);
  const width = m.up.shape[2] ?? 1;
  const wrong = mixtureProblems(m, width);
  if (wrong.length > 0) return wrong;
  const { folds, rows } = foldsOf(ctx);
  if (!Number.isInteger(folds)) wrong.push(explain('PE', PE, ctx));
  if (!Number.isInteger(rows)) wrong.push(explain('SIMD', SIMD, ctx));
  if (!MEMORY_WIDTHS.some((w) => w === beat)) wrong.push(`beat=${beat} is none of ${MEMORY_WIDTHS.join(', ')} bits`);
  if (numel(x?.shape ?? []) !== tokens * width)
    wrong.push(`an input of ${numel(x?.shape ?? [])} elements is not ${tokens} tokens of ${width}`);
  if (numel(routes?.shape ?? []) !== tokens * k)
    wrong.push(`${numel(routes?.shape ?? [])} routes are not ${k} for each of ${tokens} tokens`);
  if (x && lanesOf(x) !== SIMD) wrong.push(`input has ${lanesOf(x)} lanes, not SIMD=${SIMD}`);
  if (routes && lanesOf(routes) !== 1) wrong.push(`routes come ${lanesOf(routes)} at a time, not one`);
  if (routes?.elem.kind !== 'uint') wrong.push('a route is an unsigned number');
  for (const e of [x?.elem, m.up.elem, m.down.elem]) {
    if (e?.kind === 'bipolar') wrong.push('bipolar elements are not supported');
  }
  if (x) wrong.push(...factorProblems(x.elem, m.up.elem));
  return wrong;
}

/** Frames of a run whose values nobody gave: routes spread evenly, each expert as often as any other. */
const balanced = (ctx: Ctx): readonly Wanted[] => {
  const { tokens, k } = ctx.attrs;
  const { experts } = foldsOf(ctx);
  const routes = tokens * k;
  return Array.from({ length: Math.min(experts, routes) }, (_, expert) => ({
    expert,
    routes: Math.floor(routes / experts) + (expert < routes % experts ? 1 : 0),
  }));
};

function wantedOf(ctx: Ctx, routes: IntArray | undefined): (frame: number) => readonly Wanted[] {
  if (!routes) {
    const even = balanced(ctx);
    return () => even;
  }
  const { tokens, k, fraction } = ctx.attrs;
  return (frame) => {
    const codes = routes.subarray(frame * tokens * k, (frame + 1) * tokens * k);
    const queues = queuesOf(codes, k, foldsOf(ctx).experts, fraction);
    return queues.tokens.flatMap((t, expert) => (t.length > 0 ? [{ expert, routes: t.length }] : []));
  };
}

function shapeOf(ctx: Ctx): ExpertsShape {
  const { tokens, k, beat } = ctx.attrs;
  const { rows, slots } = foldsOf(ctx);
  const { up, down, burst, stride } = layoutOf(ctx);
  return {
    vectorBeats: tokens * rows,
    routes: tokens * k,
    slots,
    leastJob: LEAST_JOB,
    upDelay: upLatency(ctx) + SCALE_LATENCY + (mixture(ctx).table ? 1 : 0),
    downDelay: downLatency(ctx),
    drain: downLatency(ctx) + DRAIN,
    upBeats: up.beats,
    downBeats: down.beats,
    burst,
    beatBits: beat,
    downOffset: (up.span * beat) / 8,
    stride,
  };
}

/**
 * Mixture of experts, expert by expert: queues of tokens, weights over an AXI4 read master into double buffers, two
 * products of PE by SIMD that work on successive tokens. A job (one token at one expert) takes HIDDEN/PE · WIDTH/SIMD
 * cycles in each.
 */
export const experts = defineKernel<ExpertsKernelAttrs>({
  kind: 'experts',
  summary: 'Mixture of experts: PE hidden by SIMD channels per cycle in each of two products; weights from memory.',
  attrs: Type.Object(
    {
      ...expertsSchema,
      tokens: Type.Integer({ minimum: 1 }),
      k: Type.Integer({ minimum: 1 }),
      PE: Type.Integer({ minimum: 1 }),
      SIMD: Type.Integer({ minimum: 1 }),
      beat: Type.Integer({ minimum: 1 }),
      mult: multSchema,
    },
    { additionalProperties: false },
  ),
  inputs: 2,
  outputs: () => 1,
  consts: { required: ['up', 'down', 'mul', 'add'], optional: ['table', 'bias'] },
  check: problems,
  shapes: (ctx) => [[numel(ctx.inputs[0]?.shape ?? [])]],
  bounds: (ctx, [x = []]) => [mixtureBounds(mixture(ctx), x, ctx.attrs.k).output],
  reference: (ctx, [x, routes], [type]) => {
    const { data } = x as IntTensor;
    const y = allocate(data.length, type?.elem ?? { kind: 'int', bits: 53 });
    const elem = ctx.inputs[0]?.elem ?? { kind: 'int' as const, bits: 1 };
    const { types } = mixtureBounds(mixture(ctx), [elemRange(elem)], 1);
    applyMixture(mixture(ctx), data, (routes as IntTensor).data, ctx.attrs.k, y, types);
    return [{ shape: [data.length], data: y }];
  },
  lanes: (ctx) => [ctx.attrs.SIMD],
  inputLanes: (ctx) => [ctx.attrs.SIMD, 1],
  folding: {
    knobs: ['SIMD', 'PE'],
    legal: (knob, ctx) => divisors(knob === 'PE' ? foldsOf(ctx).hidden : foldsOf(ctx).width),
    explain: (knob, value, ctx) => explain(knob, value, ctx),
  },
  // With balanced routes and a memory that gives a beat per cycle: the products, or the weights.
  busy: (ctx) => {
    const { tokens, k } = ctx.attrs;
    const { up, down } = layoutOf(ctx);
    const jobs = tokens * k * Math.max(foldsOf(ctx).slots, LEAST_JOB);
    return Math.max(jobs + FRAME_END, balanced(ctx).length * (up.beats + down.beats));
  },
  cycles: (ctx: KernelContext<ExpertsKernelAttrs>, run: CycleRun = {}) =>
    expertsModel(shapeOf(ctx), wantedOf(ctx, run.values?.[1]), run),
  watches: [1],
  memory: (ctx) => ({ width: ctx.attrs.beat, bytes: imageBytes(ctx), image: () => expertsImage(ctx) }),
  cost: expertsCost,
  verilog: expertsVerilog,
  hls: expertsHls,
  implements: {
    op: 'experts',
    attrs: (node, [x, routes]) => {
      const width = x?.shape.at(-1) ?? 1;
      const k = routes?.shape.at(-1) ?? 1;
      const tokens = numel(x?.shape ?? []) / width;
      return { ...node.attrs, tokens, k, PE: 1, SIMD: 1, beat: DEFAULT_BEAT, mult: 'auto' };
    },
  },
});
