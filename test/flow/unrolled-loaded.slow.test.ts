import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readModel } from '../../src/flow/build.ts';
import { runPasses, UNROLLED } from '../../src/passes/index.ts';
import { rng } from '../conformance/case.ts';
import { loadWhileRunning, simulatorOf } from '../sim/wasm/loading.ts';

/** Shifting a set in takes as many cycles as it has bits: eleven thousand. */
const MOST_CYCLES = 60_000;

/** Its RTL has 150,000 lines, and to compile and run it takes some minutes: not in every run. */
const long = process.env['SLUICE_LONG'] !== undefined;

it.skipIf(!long)(
  'the encoder takes new weights between two frames, and none while they are being loaded',
  async () => {
    const bytes = readFileSync(new URL('../../examples/digits-autoencoder/model.onnx', import.meta.url));
    const config = { arch: 'unrolled', weights: 'runtime' } as const;
    const { model } = readModel({ bytes, file: 'model.onnx', name: 'encoder', config });
    // The constants that are loaded are those of the graph that is unrolled.
    const at = UNROLLED.findIndex((p) => p.name === 'unroll');
    const integers = runPasses(model.graph, UNROLLED.slice(0, at), config).graph;
    const { graph } = runPasses(integers, UNROLLED.slice(at), config);
    const until = { sets: 2, cycles: MOST_CYCLES };
    const run = loadWhileRunning(integers, graph, await simulatorOf(graph), until, rng(7));
    console.log(`${run.sets} sets in ${run.cycles} cycles, ${run.frames} frames, each equal to the model of its set`);
    expect(run.sets).toBe(2);
    expect(run.cycles).toBeLessThan(MOST_CYCLES);
    expect(run.frames).toBeGreaterThan(10_000);
  },
  3_600_000,
);
