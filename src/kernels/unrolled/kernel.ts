import { Type } from 'typebox';
import type { Const, ValueType } from '../../ir/graph.ts';
import type { OpContext } from '../../ir/op.ts';
import { costOf } from '../../netlist/cost.ts';
import { evaluate } from '../../netlist/interpret.ts';
import { type Pipeline, pipelineProblem, registerBits } from '../../netlist/pipeline.ts';
import { contains, type ElemType, elemRange, type Interval } from '../../num/elem.ts';
import { allocate, type IntTensor, numel } from '../../num/tensor.ts';
import { lanesOf } from '../axis.ts';
import { type CycleModel, slotModel } from '../cycles.ts';
import { defineKernel } from '../kernel.ts';
import { PARAMETERS, ROLES, unpackPipeline } from './pack.ts';

/** `beats`: beats of every stream per frame; `stages`: register stages; `lanes`: elements per beat of each output. */
export type UnrolledAttrs = {
  readonly beats: number;
  readonly stages: number;
  readonly lanes: readonly number[];
  /** All registers in triplicate, with voters. */
  readonly tmr: boolean;
  /** Names of the model's constants that its parameters are, in their order. */
  readonly chain: readonly string[];
};
type Ctx = OpContext<UnrolledAttrs>;

const positive = Type.Integer({ minimum: 1 });

/** Constants never change, and one is shared by all contexts of its node. */
const unpacked = new WeakMap<Const, Pipeline>();

/** The circuit of a node. */
export function pipelineOf(ctx: Ctx): Pipeline {
  const key = ctx.consts['stage'] as Const;
  const known = unpacked.get(key);
  if (known?.stages === ctx.attrs.stages) return known;
  const made = unpackPipeline(ctx.consts, ctx.attrs.stages);
  unpacked.set(key, made);
  return made;
}

const sum = (list: readonly number[]): number => list.reduce((n, v) => n + v, 0);

/** Bipolar elements enter and leave as their bits: 0 is −1, 1 is +1. */
const toWire = (e: ElemType, v: number): number => (e.kind === 'bipolar' ? (v + 1) / 2 : v);
const fromWire = (e: ElemType, v: number): number => (e.kind === 'bipolar' ? 2 * v - 1 : v);
const wireRange = (e: ElemType): Interval => (e.kind === 'bipolar' ? { lo: 0, hi: 1 } : elemRange(e));

function problems(ctx: Ctx): string[] {
  const { beats, lanes } = ctx.attrs;
  let p: Pipeline;
  try {
    p = pipelineOf(ctx);
  } catch (e) {
    return [`its netlist is broken: ${e instanceof Error ? e.message : e}`];
  }
  const found = ctx.inputs
    .filter((t) => numel(t.shape) !== beats * lanesOf(t))
    .map((t) => `input has ${numel(t.shape)} elements, not ${beats} beats of ${lanesOf(t)}`);
  const [ins, outs] = [sum(ctx.inputs.map(lanesOf)), sum(lanes)];
  const lanesIn = p.net.inputs.length - p.parameters.length;
  if (lanesIn !== ins) found.push(`its netlist has ${lanesIn} inputs for ${ins} lanes`);
  if (p.net.outputs.length !== outs) found.push(`its netlist has ${p.net.outputs.length} outputs for ${outs} lanes`);
  const bad = pipelineProblem(p);
  if (bad) found.push(bad);
  const elems = ctx.inputs.flatMap((t) => Array.from({ length: lanesOf(t) }, () => t.elem));
  p.net.inputs.forEach(({ value, name }, i) => {
    const range = { lo: p.net.lo[value] as number, hi: p.net.hi[value] as number };
    if (elems[i] && !contains(wireRange(elems[i]), range)) found.push(`input ${name} has values that do not fit`);
  });
  return found;
}

/** Every element of a beat in its order: that of the netlist's inputs and outputs. */
function* elementsOf(types: readonly ValueType[]): Generator<readonly [stream: number, lane: number]> {
  for (const [i, t] of types.entries()) for (let l = 0; l < lanesOf(t); l++) yield [i, l];
}

/** What the netlist of a node reads in the beats of a frame: a vector each, with the parameters at its end. */
export function vectorsOf(ctx: Ctx, inputs: readonly IntTensor[]): Float64Array {
  const { net, parameters } = pipelineOf(ctx);
  const { beats } = ctx.attrs;
  const x = new Float64Array(beats * net.inputs.length);
  const held = net.inputs.length - parameters.length;
  const places = [...elementsOf(ctx.inputs)];
  for (let b = 0; b < beats; b++) {
    places.forEach(([s, l], k) => {
      const { elem, ...t } = ctx.inputs[s] as ValueType;
      x[b * net.inputs.length + k] = toWire(elem, inputs[s]?.data[b * (t.lanes ?? 1) + l] as number);
    });
    x.set(parameters, b * net.inputs.length + held);
  }
  return x;
}

function reference(ctx: Ctx, inputs: readonly IntTensor[], outputs: readonly ValueType[]): IntTensor[] {
  const { net } = pipelineOf(ctx);
  const { beats, lanes } = ctx.attrs;
  const y = evaluate(net, vectorsOf(ctx, inputs));
  let first = 0;
  return lanes.map((n, j) => {
    const elem = outputs[j]?.elem ?? { kind: 'int', bits: 53 };
    const data = allocate(beats * n, elem);
    for (let b = 0; b < beats; b++) {
      for (let l = 0; l < n; l++) data[b * n + l] = fromWire(elem, y[b * net.outputs.length + first + l] as number);
    }
    first += n;
    return { shape: [data.length], data };
  });
}

/** Many layers, or a whole network, as one circuit of shift-adds: every beat in one cycle, no multiplier, no memory. */
export const unrolled = defineKernel<UnrolledAttrs>({
  kind: 'unrolled',
  summary: 'A pipelined circuit of its own: takes and gives a whole beat in every cycle.',
  attrs: Type.Object(
    {
      beats: positive,
      stages: positive,
      lanes: Type.Array(positive, { minItems: 1, maxItems: 8 }),
      tmr: Type.Boolean(),
      chain: Type.Array(Type.String()),
    },
    { additionalProperties: false },
  ),
  inputs: 'variadic',
  outputs: ({ lanes }) => lanes.length,
  consts: { required: ROLES, optional: [PARAMETERS] },
  check: problems,
  shapes: ({ attrs }) => attrs.lanes.map((n) => [attrs.beats * n]),
  bounds: (ctx) => {
    const { net } = pipelineOf(ctx);
    const all = net.outputs.map(({ value }) => ({ lo: net.lo[value] as number, hi: net.hi[value] as number }));
    const { lanes } = ctx.attrs;
    return lanes.map((n, j) => all.slice(sum(lanes.slice(0, j)), sum(lanes.slice(0, j)) + n));
  },
  reference,
  lanes: ({ attrs }) => attrs.lanes,
  inputLanes: ({ inputs, attrs }) => inputs.map((t) => numel(t.shape) / attrs.beats),
  folding: null,
  busy: ({ attrs }) => attrs.beats,
  cycles: (ctx) => joined(ctx.inputs.length, ctx.attrs.lanes.length, ctx.attrs.stages),
  cost: (ctx) => {
    const p = pipelineOf(ctx);
    const ff = registerBits(p) + ctx.attrs.stages;
    // A voter and the choice between new and voted value, for each bit.
    const voters = ctx.attrs.tmr ? 2 * ff : 0;
    return { lut: costOf(p.net).luts + 2 + voters, ff: ctx.attrs.tmr ? 3 * ff : ff, dsp: 0, bram: 0 };
  },
  verilog: (ctx) => ({
    module: 'circuit',
    files: ctx.attrs.tmr ? ['sluice_tmr.v'] : [],
    params: {},
    memories: [],
    circuit: { ...pipelineOf(ctx), triplicated: ctx.attrs.tmr },
  }),
  hls: (ctx) => ({
    function: 'circuit',
    headers: [],
    args: [ctx.attrs.beats],
    arrays: [],
    circuit: pipelineOf(ctx),
  }),
  implements: null,
});

/** A beat of all inputs in, a beat to all outputs out, when all of them are there and take it. */
function joined(inputs: number, outputs: number, stages: number): CycleModel {
  const model = slotModel(1, () => ({ reads: 2 ** inputs - 1, writes: true }), stages);
  const all = 2 ** outputs - 1;
  const room = (space: number): number => ((space & all) === all ? 1 : 0);
  const { rest } = model;
  return {
    reset: model.reset,
    step: (available, space) => {
      const moved = model.step(available, room(space));
      return (moved & 0xffff) | (moved >>> 16 === 1 ? all << 16 : 0);
    },
    ...(rest
      ? {
          rest: {
            quiet: (available: number, space: number) => rest.quiet(available, room(space)),
            skip: (cycles: number, available: number, space: number) => rest.skip(cycles, available, room(space)),
          },
        }
      : {}),
  };
}
