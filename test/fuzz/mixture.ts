/** Mixtures of experts as whole networks: random ones, and the proof that the RTL of one is its model. */
import { simulateCycles } from '../../src/analysis/cycle/simulate.ts';
import { watchedValues } from '../../src/analysis/cycle/values.ts';
import { emitVerilog } from '../../src/emit/verilog/emit.ts';
import { mixtureOfExperts } from '../../src/ir/build-moe.ts';
import { integerInput, integerOutput } from '../../src/ir/build-ops.ts';
import { constant, GraphBuilder } from '../../src/ir/builder.ts';
import type { Const, Graph } from '../../src/ir/graph.ts';
import { interpreter } from '../../src/ir/interpret.ts';
import { lookupFor } from '../../src/kernels/lookup.ts';
import type { MemoryPlan } from '../../src/kernels/memory-agent.ts';
import { type ElemType, elemRange, int, uint } from '../../src/num/elem.ts';
import { allocate, numel, tensor } from '../../src/num/tensor.ts';
import { MODEL, runPasses, STREAMING } from '../../src/passes/index.ts';
import { compareStreams, describeMismatch } from '../../src/sim/compare.ts';
import type { RtlJob, RtlResult } from '../../src/sim/rtl.ts';
import { outputValues, rtlJob } from '../../src/sim/vectors.ts';
import { type Rng, rng } from '../conformance/case.ts';

export interface MixtureCase {
  readonly seed: number;
  readonly tokens: number;
  readonly experts: number;
  readonly k: number;
  readonly tasks: number;
  /** Hidden channels and channels: folds times elements per cycle. */
  readonly PE: number;
  readonly folds: number;
  readonly SIMD: number;
  readonly rows: number;
  readonly renormalise: boolean;
  readonly fraction: number;
  /** Every weight of the gate, where it is not random: all logits tie at 0. */
  readonly gate?: number;
  readonly memory: MemoryPlan;
}

export const FRAMES = 4;

export function drawMixture(seed: number): MixtureCase {
  const r = rng(seed);
  const experts = r.pick([1, 2, 3, 4, 5, 7, 8, 9]);
  return {
    seed,
    tokens: r.int(1, 9),
    experts,
    k: r.pick([1, experts, r.int(1, experts)]),
    tasks: r.int(1, 3),
    PE: r.int(1, 3),
    folds: r.int(1, 5),
    SIMD: r.int(1, 3),
    rows: r.int(1, 5),
    renormalise: r.chance(0.3),
    fraction: r.int(2, 9),
    ...(r.chance(0.15) ? { gate: 0 } : {}),
    memory: { latency: r.pick([1, 2, r.int(3, 80)]), bandwidth: r.pick([1, 1, 0.75, 0.5, 0.11]) },
  };
}

const filled = (r: Rng, shape: readonly number[], elem: ElemType): Const => {
  const { lo, hi } = elemRange(elem);
  return constant(
    shape,
    Int32Array.from({ length: numel(shape) }, () => r.int(lo, hi)),
    elem,
  );
};

/** The tensor graph of a case: inputs `x` and `task`, output `y`. */
function mixtureGraph(c: MixtureCase): Graph {
  const r = rng(c.seed + 0x10000);
  const b = new GraphBuilder('mixture');
  const [width, hidden] = [c.SIMD * c.rows, c.PE * c.folds];
  const x = integerInput(b, 'x', [c.tokens, width], r.chance(0.7) ? int(r.int(2, 8)) : uint(r.int(1, 8)));
  const task = integerInput(b, 'task', [1], uint(2));
  const gate =
    c.gate === undefined
      ? filled(r, [c.tasks, c.experts, width], int(6))
      : constant([c.tasks, c.experts, width], new Int32Array(c.tasks * c.experts * width).fill(c.gate), int(6));
  const [lo, hi] = [-(2 ** r.int(1, 7)), 2 ** r.int(1, 7) - 1];
  const y = mixtureOfExperts(b, 'moe', x, {
    gate,
    task,
    k: c.k,
    renormalise: c.renormalise,
    scale: r.pick([0.001, 0.02]),
    fraction: c.fraction,
    between: { shift: r.int(2, 8), ties: r.pick(['up', 'even']), lo, hi },
    consts: {
      up: filled(r, [c.experts, hidden, width], int(r.int(2, 8))),
      down: filled(r, [c.experts, width, hidden], int(r.int(2, 8))),
      mul: filled(r, [r.pick([1, c.experts]), r.pick([1, hidden])], int(8)),
      add: filled(r, [r.pick([1, c.experts]), r.pick([1, hidden])], int(12)),
      ...(r.chance(0.6) ? { table: filled(r, [hi - lo + 1], int(8)) } : {}),
      ...(r.chance(0.6) ? { bias: filled(r, [c.experts, width], int(12)) } : {}),
    },
  });
  integerOutput(b, 'y', y);
  return b.finish();
}

interface Built {
  readonly model: Graph;
  readonly graph: Graph;
}

function built(c: MixtureCase): Built {
  const folding = { moe_experts: { PE: c.PE, SIMD: c.SIMD } };
  const model = runPasses(mixtureGraph(c), MODEL, {}).graph;
  return { model, graph: runPasses(model, STREAMING, { folding }).graph };
}

/** Random frames; the task is another one in each, where there are several. */
function framesOf(graph: Graph, c: MixtureCase): Float64Array[] {
  const r = rng(c.seed + 0x20000);
  return graph.inputs.map(({ name, value, range }) => {
    const size = numel(graph.values[value]?.shape ?? []);
    return Float64Array.from({ length: FRAMES * size }, (_, i) =>
      name === 'task' ? (i + c.seed) % (c.tasks + 1) : r.int(range[0], range[1]),
    );
  });
}

function expectedOf(model: Graph, inputs: readonly Float64Array[]): number[] {
  const run = interpreter(model, lookupFor('tensor'));
  return Array.from({ length: FRAMES }, (_, f) => {
    const frame = model.inputs.map(({ name, value }, i) => {
      const type = model.values[value];
      const shape = type?.shape ?? [];
      const data = allocate(numel(shape), type?.elem ?? int(32));
      data.set(inputs[i]?.subarray(f * data.length, (f + 1) * data.length) ?? []);
      return [name, tensor(shape, data)] as const;
    });
    return [...(run(new Map(frame)).get('y')?.data ?? [])];
  }).flat();
}

/** What a run was seen to do, and everything that is wrong with it. */
export interface Proof {
  readonly problems: readonly string[];
  /** Per frame, the experts that its routes name. */
  readonly chosen: readonly (readonly number[])[];
  /** Experts in the order in which the bus read them: a number per burst, and its beats. */
  readonly reads: readonly { readonly expert: number; readonly beats: number }[];
}

/** The case's RTL against its model: integers, every handshake, every read, without stalls and with them. */
export async function prove(c: MixtureCase, simulate: (job: RtlJob) => Promise<RtlResult>): Promise<Proof> {
  const { model, graph } = built(c);
  const inputs = framesOf(graph, c);
  const expected = expectedOf(model, inputs);
  const values = watchedValues(graph, inputs);
  const files = emitVerilog(graph);
  const problems: string[] = [];
  let reads: RtlResult['reads'][number] = [];
  let image = 0;
  for (const probability of [0, 0.3]) {
    const stall = { probability, seed: c.seed };
    const job = rtlJob(graph, graph.name, files, inputs, { stall, memory: c.memory, idleLimit: 20_000 });
    const result = await simulate(job);
    const predicted = simulateCycles(graph, FRAMES, {
      values,
      memory: c.memory,
      ...(probability > 0 ? { stall } : {}),
      idleLimit: 20_000,
    });
    image = job.memory?.masters[0]?.bytes ?? 0;
    const note = (text: string | undefined): void => {
      if (text) problems.push(`seed ${c.seed}, stalls ${probability}: ${text}`);
    };
    note(
      describeMismatch(
        compareStreams(
          Float64Array.from(expected),
          outputValues(graph, result)[0] ?? new Int32Array(0),
          expected.length / FRAMES,
        ),
      ),
    );
    for (const v of result.violations) note(v);
    const at = (cycles: Float64Array | undefined): string => (cycles ?? []).join(' ');
    if (at(result.outputs[0]?.cycles) !== at(predicted.outputs[0])) note('outputs are not in the cycles of the model');
    if (JSON.stringify(result.reads) !== JSON.stringify(predicted.reads)) note('reads are not those of the model');
    reads = result.reads[0] ?? [];
  }
  const routes = [...([...values.values()][0] ?? [])];
  const per = c.tokens * c.k;
  const chosen = Array.from({ length: FRAMES }, (_, f) =>
    [...new Set(routes.slice(f * per, (f + 1) * per).map((code) => Math.floor(code / 2 ** (c.fraction + 1))))].sort(
      (a, b) => a - b,
    ),
  );
  const stride = image / c.experts;
  return {
    problems,
    chosen,
    reads: reads.map(({ address, beats }) => ({ expert: Math.floor(address / stride), beats })),
  };
}
