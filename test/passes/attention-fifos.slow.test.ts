/** Queries, keys and values from one fork: the queries must wait until the keys have passed by, or everything stops. */
import { describe, expect, it } from 'vitest';
import { simulateCycles } from '../../src/analysis/cycle/simulate.ts';
import { DiagnosticError } from '../../src/diag/diagnostic.ts';
import { emitVerilog } from '../../src/emit/verilog/emit.ts';
import { moduleName } from '../../src/emit/verilog/names.ts';
import { concatenated, execute, randomFrames } from '../../src/flow/frames.ts';
import { attention, dense, integerInput, integerOutput, requantise, vector } from '../../src/ir/build-ops.ts';
import { constant, GraphBuilder } from '../../src/ir/builder.ts';
import type { Const, Graph } from '../../src/ir/graph.ts';
import { int } from '../../src/num/elem.ts';
import type { BuildConfig } from '../../src/passes/config.ts';
import { MODEL, runPasses, STREAMING } from '../../src/passes/index.ts';
import { idealInterval } from '../../src/passes/set-fifo-depths.ts';
import { simulateIcarus } from '../../src/sim/icarus/simulate.ts';
import type { RtlResult } from '../../src/sim/rtl.ts';
import { outputValues, rtlJob } from '../../src/sim/vectors.ts';
import { simulateWasm } from '../../src/sim/wasm/index.ts';
import { hasIcarus } from '../tools.ts';

const TOKENS = 12;
const WIDTH = 4;
const FRAMES = 4;

/** Self attention of one head: three projections of the same tokens. */
function selfAttention(): Graph {
  const b = new GraphBuilder('self');
  const x = integerInput(b, 'x', [TOKENS, WIDTH], int(4));
  const weight = (seed: number): Const =>
    constant(
      [WIDTH, WIDTH],
      Int32Array.from({ length: WIDTH * WIDTH }, (_, i) => ((i * seed + 3) % 7) - 3),
    );
  const project = (name: string, seed: number): string =>
    requantise(
      b,
      `${name}_q`,
      dense(b, name, x, weight(seed)),
      { mul: vector([1]), add: vector([2]) },
      { shift: 2, ties: 'up', lo: -16, hi: 15 },
    );
  const operands = [project('query', 5), project('key', 3), project('value', 11)] as const;
  integerOutput(b, 'y', attention(b, 'attention', operands, { scale: 0.02, slots: 3 }));
  return runPasses(b.finish(), MODEL, {}).graph;
}

const model = selfAttention();
/** As many cycles as the attention itself takes with as many multipliers as elements of a head. */
const config: BuildConfig = { targetIi: 60 };
const built = (more: BuildConfig = {}): Graph => runPasses(model, STREAMING, { ...config, ...more }).graph;
const graph = built();

const depthOf = (g: Graph, name: string): number => Number(g.nodes.find((n) => n.name === name)?.attrs['depth']);
const withDepth = (g: Graph, name: string, depth: number): Graph => ({
  ...g,
  nodes: g.nodes.map((n) => (n.name === name ? { ...n, attrs: { depth } } : n)),
});

/** The FIFO in which the queries wait: the one that the scores take their first input from. */
const waiting = ((): string => {
  const scores = graph.nodes.find((n) => n.op === 'scores');
  return graph.nodes.find((n) => n.op === 'fifo' && n.outputs[0] === scores?.inputs[0])?.name ?? '';
})();

async function rtl(g: Graph): Promise<{ result: RtlResult; y: ArrayLike<number>; want: ArrayLike<number> }> {
  const frames = randomFrames(model, FRAMES, 1);
  const inputs = g.inputs.map((p) => concatenated(frames, p.name));
  const job = rtlJob(g, moduleName(g.name), emitVerilog(g), inputs, { idleLimit: 3000 });
  const result = await (hasIcarus ? simulateIcarus : simulateWasm)(job);
  return { result, y: outputValues(g, result)[0] ?? [], want: concatenated(execute(model, frames), 'y') };
}

/** The smallest depth of a FIFO at which the network does not hang. */
function leastWithoutHang(name: string): number {
  let depth = depthOf(graph, name);
  while (depth > 1 && !simulateCycles(withDepth(graph, name, depth - 1), FRAMES).hung) depth--;
  return depth;
}

describe('self attention', () => {
  it('gets FIFOs in which the queries wait, and runs at the interval of its busiest kernel', () => {
    const { hung, ii } = simulateCycles(graph, FRAMES);
    expect(hung).toBeUndefined();
    expect(ii).toBe(idealInterval(graph));
    expect(depthOf(graph, waiting)).toBeGreaterThan(2);
  });

  it('runs in RTL as sized; one entry less than it needs is found by the analysis, and hangs in RTL', async () => {
    const sized = await rtl(graph);
    expect(sized.result.hung).toBe(false);
    expect([...Array.from(sized.y)]).toEqual([...Array.from(sized.want)]);

    const least = leastWithoutHang(waiting);
    const enough = await rtl(withDepth(graph, waiting, least));
    expect(enough.result.hung).toBe(false);
    expect([...Array.from(enough.y)]).toEqual([...Array.from(enough.want)]);

    const small = withDepth(graph, waiting, least - 1);
    const { hung } = simulateCycles(small, FRAMES);
    expect(hung?.find((e) => e.fifo === waiting)).toMatchObject({ state: 'full', depth: least - 1 });
    expect((await rtl(small)).result.hung).toBe(true);

    let problem: unknown;
    try {
      built({ fifoDepths: { [waiting]: least - 1 } });
    } catch (e) {
      problem = e;
    }
    expect(problem).toBeInstanceOf(DiagnosticError);
    const [diagnostic] = (problem as DiagnosticError).diagnostics;
    expect(diagnostic).toMatchObject({ code: 'E0405' });
    expect(diagnostic?.message).toContain(`→ attention_scores full (${waiting}, ${least - 1} of ${least - 1})`);
    expect(depthOf(built({ fifoDepths: { [waiting]: least } }), waiting)).toBe(least);
  });
});
