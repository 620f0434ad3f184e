/** Circuits in parts: random ones, each of some signals, compute in the same cycles what they compute in one piece. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeInto } from '../../src/emit/fileset.ts';
import { DEFAULT_HLS, emitHls, hlsTop } from '../../src/emit/hls/emit.ts';
import { emitVerilog } from '../../src/emit/verilog/emit.ts';
import type { Graph, ValueType } from '../../src/ir/graph.ts';
import { axisPorts } from '../../src/kernels/axis.ts';
import type { IntArray } from '../../src/num/tensor.ts';
import { simulateCsim } from '../../src/sim/csim/simulate.ts';
import { packBeats, rtlJob, streamPort } from '../../src/sim/vectors.ts';
import { simulateWasm } from '../../src/sim/wasm/index.ts';
import { hasCompiler, hasIcarus, hasVerilator } from '../tools.ts';
import { benchGraph, drawSubject } from './bench.ts';
import { lintFiles } from './check.ts';
import { sample } from './samplers/unrolled.ts';

const FRAMES = 3;
const SIZES = { whole: 0, most: 4 };

/** Some subjects in one design: registers single and in triplicate, several streams, constant outputs. */
function design(first: number) {
  const subjects = Array.from({ length: 12 }, (_, i) => drawSubject(sample, first + i, FRAMES));
  return { graph: benchGraph(subjects), inputs: subjects.flatMap((s) => s.inputs) };
}

const partsIn = (files: ReadonlyMap<string, unknown>): string[] =>
  [...files.keys()].filter((path) => /_part\d+\.(v|cpp)$/.test(path));

async function csim(graph: Graph, inputs: readonly IntArray[], parts: boolean, compiler: 'native' | 'wasm') {
  const ports = axisPorts(graph);
  const files = parts ? emitHls(graph, DEFAULT_HLS, SIZES) : emitHls(graph);
  expect(partsIn(files).length > 12).toBe(parts);
  const job = {
    top: hlsTop(graph),
    files,
    frames: FRAMES,
    inputs: ports.inputs.map((p, i) => ({
      port: streamPort(p),
      beats: packBeats(inputs[i] as IntArray, graph.values[p.value] as ValueType, p.width),
    })),
    outputs: ports.outputs.map(streamPort),
  };
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
    const files = emitVerilog(design(first).graph, SIZES);
    const dir = await mkdtemp(join(tmpdir(), 'sluice-parts-'));
    try {
      await writeInto(dir, files);
      await lintFiles(files, dir);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
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
