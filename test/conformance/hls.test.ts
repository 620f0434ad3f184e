/**
 * Every kernel, on random parameters: reference = emitted HLS C++, simulated. `SLUICE_CASES` kernels of each kind, side
 * by side in one design.
 */
import { describe, expect, it } from 'vitest';
import { emitHls, hlsTop } from '../../src/emit/hls/emit.ts';
import type { ValueType } from '../../src/ir/graph.ts';
import { imageBytes, memoryImage } from '../../src/kernels/axi.ts';
import { axisPorts } from '../../src/kernels/axis.ts';
import { kernels } from '../../src/kernels/index.ts';
import { numel } from '../../src/num/tensor.ts';
import { compareStreams, describeMismatch } from '../../src/sim/compare.ts';
import type { CsimOptions } from '../../src/sim/csim/job.ts';
import { simulateCsim } from '../../src/sim/csim/simulate.ts';
import { rtlJob, unpackBeats } from '../../src/sim/vectors.ts';
import { amdHeaders } from '../sim/csim/amd.ts';
import { hasCompiler } from '../tools.ts';
import { benchGraph, drawSubject, prefixOf, type Subject } from './bench.ts';
import type { Sampler } from './case.ts';

const CASES = Number(process.env['SLUICE_CASES'] ?? 8);
const FIRST_SEED = Number(process.env['SLUICE_SEED'] ?? 1);
const BATCH = 50;
const FRAMES = 3;

async function draw(kind: string, first: number, count: number): Promise<Subject[]> {
  const module = (await import(new URL(`./samplers/${kind}.ts`, import.meta.url).href)) as { sample: Sampler };
  return Array.from({ length: count }, (_, i) => drawSubject(module.sample, first + i, FRAMES));
}

/** Everything that differs, as lines that start with the kernel and the seed. */
async function differences(subjects: readonly Subject[], options: CsimOptions): Promise<string[]> {
  const graph = benchGraph(subjects);
  const ports = axisPorts(graph);
  const typeOf = (value: string): ValueType => graph.values[value] as ValueType;
  const inputs = subjects.flatMap((s) => s.inputs);
  const job = rtlJob(graph, hlsTop(graph), emitHls(graph), inputs);
  const image = imageBytes(graph) > 0 ? { image: memoryImage(graph) } : {};
  const result = await simulateCsim({ ...job, ...image }, options);
  const expected = subjects.flatMap((s) => s.expected.map((data) => ({ data, name: prefixOf(s) })));
  return ports.outputs.flatMap((p, j) => {
    const type = typeOf(p.value);
    const actual = unpackBeats(result.outputs[j]?.beats as Uint8Array, type, p.width);
    const e = expected[j] as (typeof expected)[number];
    const fault = describeMismatch(compareStreams(e.data, actual, numel(type.shape)));
    return fault === undefined ? [] : [`${e.name}: ${fault}`];
  });
}

describe.each([...kernels.keys()])('%s', (kind) => {
  it('computes the integers of the reference', async () => {
    for (let first = 0; first < CASES; first += BATCH) {
      const subjects = await draw(kind, FIRST_SEED + first, Math.min(BATCH, CASES - first));
      expect((await differences(subjects, { effort: 'build' })).slice(0, 20)).toEqual([]);
    }
  });

  it.skipIf(!hasCompiler)('computes the same in WebAssembly', async () => {
    const subjects = await draw(kind, FIRST_SEED, Math.min(2, CASES));
    expect(await differences(subjects, { effort: 'build', compiler: 'wasm' })).toEqual([]);
  });

  it.skipIf(!hasCompiler)("computes the same with AMD's own ap_int", async (context) => {
    const include = await amdHeaders();
    if (include === undefined) return context.skip('the ap_types headers cannot be had: pip download hls4ml');
    const subjects = await draw(kind, FIRST_SEED, Math.min(4, CASES));
    expect(await differences(subjects, { effort: 'build', include })).toEqual([]);
  });
});
