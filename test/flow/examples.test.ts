import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeInto } from '../../src/emit/fileset.ts';
import { build } from '../../src/flow/build.ts';
import { EXECUTORS, type ExecutorName, isPresent } from '../../src/flow/executors.ts';
import { loadBuild } from '../../src/flow/load-build.ts';
import { verify } from '../../src/flow/verify.ts';
import { type NpyArray, readNpy } from '../../src/num/npy.ts';

const EXAMPLES = ['digits-mlp', 'digits-autoencoder', 'digits-cnn', 'can-ids'];

/** From one multiplier per layer to far beyond what the default asks for. */
const TARGETS = [4096, 512, 64];

const SAMPLES = 4;

const file = (example: string, name: string): Buffer =>
  readFileSync(new URL(`../../examples/${example}/${name}`, import.meta.url));

const array = (example: string, name: string): NpyArray => {
  const all = readNpy(file(example, name), name);
  const size = all.data.length / (all.shape[0] ?? 1);
  return { ...all, shape: [SAMPLES, ...all.shape.slice(1)], data: all.data.slice(0, SAMPLES * size) };
};

let dir = '';
const executors: ExecutorName[] = [];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sluice-'));
  for (const e of EXECUTORS) if (await isPresent(e)) executors.push(e);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe.each(EXAMPLES)('%s', (example) => {
  it.each(TARGETS)('is equal in every executor, to the cycle, at an interval of %i', async (targetIi) => {
    const bytes = file(example, 'model.onnx');
    const { files } = build({ bytes, file: 'model.onnx', name: example, config: { targetIi } });
    const out = join(dir, `${example}-${targetIi}`);
    await writeInto(out, files);
    const loaded = await loadBuild(out);
    const inputs = new Map([['global_in', { file: 'input.npy', array: array(example, 'input.npy') }]]);
    const golden = { file: 'expected.npy', array: array(example, 'expected.npy') };
    const options = { executors, inputs, expect: golden, samples: SAMPLES, seed: 1 };
    const result = await verify(loaded, { ...options, stall: 0 });
    expect(Object.entries(result.executors).map(([name, e]) => [name, e.status, e.notes])).toEqual(
      executors.map((name) => [name, 'equal', []]),
    );
    for (const { cycles } of Object.values(result.executors)) if (cycles) expect(cycles).toEqual(result.model);
    expect(result.golden).toMatchObject({ status: 'equal', mismatches: 0 });
    const stalled = await verify(loaded, { ...options, stall: 0.3 });
    expect(stalled.ok).toBe(true);
  });
});
