import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeInto } from '../../src/emit/fileset.ts';
import { build } from '../../src/flow/build.ts';
import { type ExecutorName, isPresent } from '../../src/flow/executors.ts';
import { loadBuild } from '../../src/flow/load-build.ts';
import { verify } from '../../src/flow/verify.ts';

/** Without Icarus: it passes on every change of every bit of thousands of adders, for seconds per cycle. */
const EXECUTORS: readonly ExecutorName[] = ['reference', 'csim', 'wasm', 'verilator'];

/** What fits one circuit. */
const EXAMPLES = ['digits-autoencoder'];

let dir = '';
const executors: ExecutorName[] = [];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sluice-'));
  for (const e of EXECUTORS) if (await isPresent(e)) executors.push(e);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe.each(EXAMPLES)('%s, unrolled', (example) => {
  it('takes a frame in every cycle and is equal in every executor, to the cycle', async () => {
    const bytes = readFileSync(new URL(`../../examples/${example}/model.onnx`, import.meta.url));
    const { files, summary } = build({ bytes, file: 'model.onnx', name: example, config: { arch: 'unrolled' } });
    expect(summary.ii).toBe(1);
    const out = join(dir, example);
    await writeInto(out, files);
    const loaded = await loadBuild(out);
    const result = await verify(loaded, { executors, samples: 20, seed: 1, stall: 0 });
    expect(Object.entries(result.executors).map(([name, e]) => [name, e.status, e.notes])).toEqual(
      executors.map((name) => [name, 'equal', []]),
    );
    for (const { cycles } of Object.values(result.executors)) {
      if (cycles) expect(cycles).toEqual({ latency: summary.latency, ii: 1 });
    }
    expect((await verify(loaded, { executors, samples: 20, seed: 2, stall: 0.3 })).ok).toBe(true);
  });
});
