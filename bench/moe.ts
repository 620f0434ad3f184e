/** The mixture-of-experts layer at full size: equality of all executors, cycles against work, reads on the bus. */
import { simulateCycles } from '../src/analysis/cycle/simulate.ts';
import { watchedValues } from '../src/analysis/cycle/values.ts';
import { emitHls, hlsTop } from '../src/emit/hls/emit.ts';
import { emitVerilog } from '../src/emit/verilog/emit.ts';
import { concatenated, execute, randomFrames } from '../src/flow/frames.ts';
import type { Graph } from '../src/ir/graph.ts';
import { memoryImage } from '../src/kernels/axi.ts';
import { contextOf, kernelOf } from '../src/kernels/context.ts';
import type { MemoryPlan } from '../src/kernels/memory-agent.ts';
import type { BuildConfig } from '../src/passes/config.ts';
import { MODEL, runPasses, STREAMING } from '../src/passes/index.ts';
import { compareStreams } from '../src/sim/compare.ts';
import { simulateCsim } from '../src/sim/csim/simulate.ts';
import type { RtlJob, RtlResult } from '../src/sim/rtl.ts';
import { outputValues, rtlJob } from '../src/sim/vectors.ts';
import { simulateVerilator } from '../src/sim/verilator/simulate.ts';
import { simulateWasm } from '../src/sim/wasm/index.ts';
import type { Benchmark, Row } from './bench.ts';
import { type LayerSize, moeLayer, VIT_MOE } from './vit-moe.ts';

const FRAMES = 3;

/** Codes of one expert: 2^(fraction + 1). */
const GATE_FIELD = 2 ** 9;

/** 144 units in the experts, 8 in the gate: the share of a layer of 256 that is left beside attention and projections. */
const CONFIG: BuildConfig = { folding: { moe_experts: { PE: 6, SIMD: 12 }, moe_gate: { PE: 2, SIMD: 4 } } };

const RUNS: readonly { readonly what: string; readonly stall: number; readonly memory: MemoryPlan }[] = [
  { what: 'no stalls', stall: 0, memory: { latency: 32, bandwidth: 1 } },
  { what: 'stalls 0.2, memory 0.75', stall: 0.2, memory: { latency: 100, bandwidth: 0.75 } },
];

/** Work of a frame per kernel: multiply-accumulates and the units that do them. */
function work(
  graph: Graph,
  { tokens, width, hidden, experts, k }: LayerSize,
): { node: string; macs: number; units: number }[] {
  const folding = (name: string): number => {
    const attrs = graph.nodes.find((n) => n.name === name)?.attrs;
    return Number(attrs?.['PE']) * Number(attrs?.['SIMD']);
  };
  return [
    { node: 'moe_gate', macs: tokens * width * experts, units: folding('moe_gate') },
    { node: 'moe_experts', macs: tokens * k * 2 * width * hidden, units: 2 * folding('moe_experts') },
  ];
}

/** What the bus read of the experts that each frame chose: every burst belongs to the next of them, in index order. */
function readRows(
  graph: Graph,
  reads: RtlResult['reads'],
  routes: ArrayLike<number>,
  { tokens, k, experts }: LayerSize,
): Row[] {
  const bursts = reads[0] ?? [];
  const stride = memoryImage(graph).length / experts;
  const chosen = Array.from({ length: FRAMES }, (_, f) => {
    const codes = Array.from({ length: tokens * k }, (_c, i) => routes[f * tokens * k + i] as number);
    return [...new Set(codes.map((code) => Math.floor(code / GATE_FIELD)))].sort((a, b) => a - b);
  });
  const each = bursts.reduce((n, r) => n + r.beats, 0) / chosen.flat().length;
  let at = 0;
  return chosen.map((list, f): Row => {
    let beats = 0;
    for (const expert of list) {
      let own = 0;
      for (; own < each; at++) {
        const burst = bursts[at];
        const read = burst ? Math.floor(burst.address / stride) : undefined;
        if (!burst || read !== expert) throw new Error(`frame ${f}: expert ${read} is read where ${expert} is wanted`);
        own += burst.beats;
      }
      beats += own;
    }
    return {
      what: `frame ${f}: weights read on the bus, ${list.length} of ${experts} experts chosen`,
      value: beats,
      unit: 'beats',
      against: { what: 'one read of each chosen expert', ratio: beats / (list.length * each) },
    };
  });
}

const ALL: readonly (readonly [string, (job: RtlJob) => Promise<RtlResult>])[] = [
  ['wasm', simulateWasm],
  ['verilator', (job) => simulateVerilator(job)],
];

/** `SLUICE_SIMULATORS=wasm` leaves out the compilation by Verilator. */
const chosen = process.env['SLUICE_SIMULATORS']?.split(',');
const SIMULATORS = ALL.filter(([name]) => chosen?.includes(name) ?? true);

async function measure(size: LayerSize): Promise<Row[]> {
  const layer = moeLayer(size);
  const model = runPasses(layer, MODEL, CONFIG).graph;
  const { graph } = runPasses(model, STREAMING, CONFIG);
  const frames = randomFrames(graph, FRAMES + 2, 1)
    .slice(2)
    .map((f, i) => new Map(f).set('task', { shape: [1], data: Int32Array.of(i % size.tasks) }));
  const inputs = graph.inputs.map((p) => concatenated(frames, p.name));
  const expected = concatenated(execute(model, frames), 'y');
  const check = (who: string, actual: ArrayLike<number>): void => {
    const { first } = compareStreams(Float64Array.from(expected), Float64Array.from(actual), size.tokens * size.width);
    if (first) throw new Error(`${who} differs: frame ${first.frame}, element ${first.index}`);
  };
  check('reference', concatenated(execute(graph, frames), 'y'));
  const files = emitVerilog(graph);
  const job = rtlJob(graph, hlsTop(graph), emitHls(graph), inputs);
  const csim = await simulateCsim({ ...job, files: emitHls(graph), image: memoryImage(graph) });
  check(
    'csim',
    outputValues(graph, { ...EMPTY, outputs: csim.outputs.map((o) => ({ ...o, cycles: new Float64Array(0) })) })[0] ??
      [],
  );
  const values = watchedValues(graph, inputs);
  const routes = [...values.values()][0] ?? [];
  const rows: Row[] = [];
  for (const { what, stall, memory } of RUNS) {
    const settings = { stall: { probability: stall, seed: 1 }, memory, idleLimit: 2_000_000 };
    const predicted = simulateCycles(graph, FRAMES, {
      values,
      memory,
      ...(stall > 0 ? { stall: settings.stall } : {}),
    });
    for (const [name, simulate] of SIMULATORS) {
      const result = await simulate(rtlJob(graph, graph.name, files, inputs, settings));
      if (result.hung || result.violations.length > 0)
        throw new Error(`${name}: ${result.violations.join('; ') || 'hangs'}`);
      check(`${name}, ${what}`, outputValues(graph, result)[0] ?? []);
      const late = result.outputs[0]?.cycles.findIndex((c, i) => c !== predicted.outputs[0]?.[i]);
      if (late !== -1) throw new Error(`${name}, ${what}: beat ${late} is not in the cycle of the model`);
      if (JSON.stringify(result.reads) !== JSON.stringify(predicted.reads))
        throw new Error(`${name}, ${what}: other reads`);
      if (stall === 0 && name === SIMULATORS[0]?.[0]) rows.push(...readRows(graph, result.reads, routes, size));
    }
    const [ii, latency] = [predicted.ii ?? 0, predicted.latency];
    const all = work(graph, size);
    const most = Math.max(...all.map((w) => w.macs / w.units));
    rows.push({ what: `latency, ${what}`, value: latency, unit: 'cycles' });
    rows.push({
      what: `initiation interval, ${what}; all executors equal`,
      value: ii,
      unit: 'cycles',
      against: { what: 'MACs / MAC units of the busiest kernel', ratio: ii / most },
    });
  }
  for (const { node, macs, units } of work(graph, size)) {
    const found = graph.nodes.find((n) => n.name === node);
    const busy = found ? kernelOf(found).busy(contextOf(graph, found)) : 0;
    rows.push({
      what: `${node}: ${macs.toLocaleString('en-US')} MACs on ${units} units`,
      value: busy,
      unit: 'cycles',
      against: { what: 'MACs / MAC units', ratio: busy / (macs / units) },
    });
  }
  return rows;
}

const EMPTY: RtlResult = { outputs: [], inputCycles: [], reads: [], totalCycles: 0, hung: false, violations: [] };

export const moe: Benchmark = {
  name: 'moe',
  summary: 'a layer of 129 tokens, width 192, 16 experts of 384, top 2, two tasks; weights from a seed',
  run: () => measure(VIT_MOE),
};
