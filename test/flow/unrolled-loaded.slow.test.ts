import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { design } from '../../src/flow/build.ts';
import { rng } from '../conformance/case.ts';
import { loadWhileRunning, simulatorOf } from '../sim/wasm/loading.ts';

/** Shifting a set in takes as many cycles as it has bits: thirteen thousand. */
const MOST_CYCLES = 60_000;

it('the encoder takes new weights between two frames, and none while they are being loaded', async () => {
  const bytes = readFileSync(new URL('../../examples/digits-autoencoder/model.onnx', import.meta.url));
  const { model, compiled } = design({
    bytes,
    file: 'model.onnx',
    name: 'encoder',
    config: { arch: 'unrolled', weights: 'runtime' },
  });
  const run = loadWhileRunning(
    model.graph,
    compiled.graph,
    await simulatorOf(compiled.graph),
    { sets: 2, cycles: MOST_CYCLES },
    rng(7),
  );
  console.log(`${run.sets} sets in ${run.cycles} cycles, ${run.frames} frames, each equal to the model of its set`);
  expect(run.sets).toBe(2);
  expect(run.cycles).toBeLessThan(MOST_CYCLES);
  expect(run.frames).toBeGreaterThan(10_000);
});
