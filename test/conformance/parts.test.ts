/** Circuits in parts: random ones, each of some signals, compute in the same cycles what they compute in one piece. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_HLS, emitHls, hlsTop } from '../../src/emit/hls/emit.ts';
import { emitVerilog } from '../../src/emit/verilog/emit.ts';
import type { Graph } from '../../src/ir/graph.ts';
import type { IntArray } from '../../src/num/tensor.ts';
import { simulateCsim } from '../../src/sim/csim/simulate.ts';
import { rtlJob } from '../../src/sim/vectors.ts';
import { pieces } from '../../src/sim/verilator/parts.ts';
import { simulateVerilator } from '../../src/sim/verilator/simulate.ts';
import { simulateWasm } from '../../src/sim/wasm/index.ts';
import { hasCompiler, hasIcarus, hasVerilator } from '../tools.ts';
import { benchGraph, drawSubject } from './bench.ts';
import { lint } from './check.ts';
import { sample } from './samplers/unrolled.ts';

const FRAMES = 3;
const SIZES = { whole: 0, most: 4 };

/** Some subjects in one design: registers single and in triplicate, several streams, constant outputs. */
function design(first: number, count = 12) {
  const subjects = Array.from({ length: count }, (_, i) => drawSubject(sample, first + i, FRAMES));
  return { graph: benchGraph(subjects), inputs: subjects.flatMap((s) => s.inputs) };
}

const partsIn = (files: ReadonlyMap<string, unknown>): string[] =>
  [...files.keys()].filter((path) => /_part\d+\.(v|cpp)$/.test(path));

async function csim(graph: Graph, inputs: readonly IntArray[], parts: boolean, compiler: 'native' | 'wasm') {
  const files = parts ? emitHls(graph, DEFAULT_HLS, SIZES) : emitHls(graph);
  expect(partsIn(files).length > 12).toBe(parts);
  const job = rtlJob(graph, hlsTop(graph), files, inputs);
  return (await simulateCsim(job, { effort: 'build', compiler })).outputs;
}

describe.each([1, 101, 201])('circuits in parts, seed %i', (first) => {
  it('are the same RTL', async () => {
    const { graph, inputs } = design(first);
    const [whole, parts] = [emitVerilog(graph), emitVerilog(graph, SIZES)];
    expect([partsIn(whole).length, partsIn(parts).length > 12]).toEqual([0, true]);
    for (const probability of [0, 0.3]) {
      const settings = { stall: { probability, seed: first }, idleLimit: 300 };
      const run = (files: typeof whole) => simulateWasm(rtlJob(graph, 'bench', files, inputs, settings));
      const result = await run(parts);
      expect(result).toMatchObject({ hung: false, violations: [] });
      expect(result).toEqual(await run(whole));
    }
  });

  it.skipIf(!hasIcarus || !hasVerilator)('read without a warning', async () => {
    await lint(emitVerilog(design(first).graph, SIZES));
  });

  it.skipIf(!hasVerilator)('are the same RTL in Verilator, part by part', async () => {
    const { graph, inputs } = design(first, 3);
    const settings = { stall: { probability: 0.3, seed: first }, idleLimit: 300 };
    const job = (files: ReturnType<typeof emitVerilog>) => rtlJob(graph, 'bench', files, inputs, settings);
    const parts = emitVerilog(graph, { whole: 0, most: 10 });
    expect(pieces(parts).parts.length).toBe(partsIn(parts).length);
    expect(partsIn(parts).length).toBeGreaterThan(3);
    const result = await simulateVerilator(job(parts), 'build');
    expect(result).toMatchObject({ hung: false, violations: [] });
    expect(result).toEqual(await simulateWasm(job(emitVerilog(graph))));
  });

  it.skipIf(!hasCompiler)('are the same C++', async () => {
    const { graph, inputs } = design(first);
    expect(await csim(graph, inputs, true, 'native')).toEqual(await csim(graph, inputs, false, 'native'));
  });
});

it('circuits in parts are the same C++ in WebAssembly', async () => {
  const { graph, inputs } = design(1);
  expect(await csim(graph, inputs, true, 'wasm')).toEqual(await csim(graph, inputs, false, 'wasm'));
});
