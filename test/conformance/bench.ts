/** Many random kernels side by side in one design: one compilation serves them all. */
import type { Const, Graph, InputPort, Node, OutputPort, ValueType } from '../../src/ir/graph.ts';
import { hull, type OpContext } from '../../src/ir/op.ts';
import { kernels } from '../../src/kernels/index.ts';
import type { KernelDef } from '../../src/kernels/kernel.ts';
import { type ElemType, elemFor, elemRange, type Interval } from '../../src/num/elem.ts';
import { allocate, type IntArray, numel, tensor } from '../../src/num/tensor.ts';
import { type KernelCase, type Rng, rng, type Sampler } from './case.ts';

/** A kernel with parameters, input frames, and what it must answer. */
export interface Subject {
  readonly seed: number;
  readonly kernel: KernelCase;
  readonly def: KernelDef;
  readonly ctx: OpContext;
  readonly outputTypes: readonly ValueType[];
  /** Per input and per output: all frames, one after the other. */
  readonly inputs: readonly IntArray[];
  readonly expected: readonly IntArray[];
}

/** Draws a case and its frames from a seed. Throws with the kernel's own words if the sampler drew an illegal one. */
export function drawSubject(sample: Sampler, seed: number, frames: number): Subject {
  const random = rng(seed);
  const kernel = sample(random);
  const def = kernels.get(kernel.kind);
  if (!def) throw new Error(`no kernel is called ${kernel.kind}`);
  const ctx: OpContext = { attrs: kernel.attrs, inputs: kernel.inputs, consts: kernel.consts };
  const problems = def.check(ctx);
  if (problems.length > 0) throw new Error(`illegal case: ${problems.join('; ')}`);
  const ranges = kernel.ranges ?? kernel.inputs.map((type) => elemRange(type.elem));
  const outputTypes = typesOf(def, ctx, ranges, kernel.outputs);
  const inputs = kernel.inputs.map((type, i) => randomFrames(random, type, ranges[i] as Interval, frames));
  const expected = outputTypes.map((type) => allocate(frames * numel(type.shape), type.elem));
  for (let f = 0; f < frames; f++) {
    const frame = inputs.map((data, i) => {
      const shape = (kernel.inputs[i] as ValueType).shape;
      return tensor(shape, data.slice(f * numel(shape), (f + 1) * numel(shape)));
    });
    def.reference(ctx, frame, outputTypes).forEach((t, j) => {
      (expected[j] as IntArray).set(t.data, f * t.data.length);
    });
  }
  return { seed, kernel, def, ctx, outputTypes, inputs, expected };
}

function typesOf(
  def: KernelDef,
  ctx: OpContext,
  ranges: readonly Interval[],
  elems: readonly ElemType[] | undefined,
): ValueType[] {
  const shapes = def.shapes(ctx);
  const lanes = def.lanes(ctx);
  const bounds = def.bounds(
    ctx,
    ranges.map((range) => [range]),
  );
  return shapes.map((shape, j) => ({
    shape,
    elem: elems?.[j] ?? defaultElem(def, ctx, hull(bounds[j] ?? [])),
    lanes: lanes[j] ?? 1,
  }));
}

/** Stream plumbing keeps its input's type; all others get the narrowest that holds their bounds. */
function defaultElem(def: KernelDef, ctx: OpContext, bounds: Interval): ElemType {
  const elem = ctx.inputs[0]?.elem;
  return def.implements === null && elem ? elem : elemFor(bounds);
}

function randomFrames(random: Rng, type: ValueType, { lo, hi }: Interval, frames: number): IntArray {
  const data = allocate(frames * numel(type.shape), type.elem);
  const extreme = random.pick([0, 0.1, 0.5, 1]);
  for (let i = 0; i < data.length; i++) {
    data[i] = type.elem.kind === 'bipolar' || random.chance(extreme) ? random.pick([lo, hi]) : random.int(lo, hi);
  }
  return data;
}

/** The prefix of everything that belongs to a subject. */
export const prefixOf = (subject: Subject): string => `${subject.kernel.kind}${subject.seed}`;

/** All subjects in one kernel graph, each with FIFOs of depth 2 around it. */
export function benchGraph(subjects: readonly Subject[]): Graph {
  const parts = subjects.map(partOf);
  return {
    name: 'bench',
    level: 'kernel',
    inputs: parts.flatMap((p) => p.inputs),
    outputs: parts.flatMap((p) => p.outputs),
    nodes: parts.flatMap((p) => p.nodes),
    values: Object.assign({}, ...parts.map((p) => p.values)),
    consts: Object.assign({}, ...parts.map((p) => p.consts)),
  };
}

interface Part {
  readonly inputs: readonly InputPort[];
  readonly outputs: readonly OutputPort[];
  readonly nodes: readonly Node[];
  readonly values: { readonly [name: string]: ValueType };
  readonly consts: { readonly [name: string]: Const };
}

function partOf(subject: Subject): Part {
  const { kernel, outputTypes } = subject;
  const name = prefixOf(subject);
  const values: Record<string, ValueType> = {};
  const nodes: Node[] = [];
  const fifo = (from: string, to: string, type: ValueType): void => {
    values[from] = type;
    values[to] = type;
    nodes.push({
      name: `${to}_fifo`,
      op: 'fifo',
      attrs: { depth: 2 },
      inputs: [from],
      consts: {},
      outputs: [to],
      origin: [],
    });
  };
  kernel.inputs.forEach((type, i) => {
    fifo(`${name}_in${i}`, `${name}_x${i}`, type);
  });
  const consts = Object.fromEntries(Object.keys(kernel.consts).map((role) => [role, `${name}.${role}`]));
  nodes.push({
    name,
    op: kernel.kind,
    attrs: kernel.attrs,
    inputs: kernel.inputs.map((_, i) => `${name}_x${i}`),
    consts,
    outputs: outputTypes.map((_, j) => `${name}_y${j}`),
    origin: [`${kernel.kind}, seed ${subject.seed}`],
  });
  outputTypes.forEach((type, j) => {
    fifo(`${name}_y${j}`, `${name}_out${j}`, type);
  });
  return {
    inputs: kernel.inputs.map((type, i): InputPort => {
      const { lo, hi } = kernel.ranges?.[i] ?? elemRange(type.elem);
      return { ...portOf(`${name}_in${i}`, type), range: [lo, hi] };
    }),
    outputs: outputTypes.map((type, j) => portOf(`${name}_out${j}`, type)),
    nodes,
    values,
    consts: Object.fromEntries(Object.entries(kernel.consts).map(([role, c]) => [`${name}.${role}`, c])),
  };
}

const portOf = (name: string, type: ValueType): OutputPort => ({
  name,
  value: name,
  steps: [],
  layout: { shape: type.shape, perm: type.shape.map((_, i) => i) },
});
