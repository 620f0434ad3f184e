import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/diag/diagnostic.ts';
import { writeInto } from '../../src/emit/fileset.ts';
import { type Built, build } from '../../src/flow/build.ts';
import { type ExecutorName, isPresent } from '../../src/flow/executors.ts';
import { loadBuild } from '../../src/flow/load-build.ts';
import { verify } from '../../src/flow/verify.ts';
import { randomNetwork } from '../fuzz/random.ts';

let dir = '';
const present = new Set<ExecutorName>();
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sluice-'));
  for (const e of ['reference', 'csim', 'wasm', 'verilator', 'icarus'] as const) if (await isPresent(e)) present.add(e);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const pixelwise = (bytes: Uint8Array, name: string): Built =>
  build({ bytes, file: 'model.onnx', name, config: { arch: 'pixelwise' } });

const circuitsOf = ({ compiled }: Built): string[] =>
  compiled.graph.nodes.filter((n) => n.op === 'unrolled').map((n) => n.name);

/** Builds it, and compares every executor with the reference, to the cycle and with stalls. */
async function check(built: Built, name: string, wanted: readonly ExecutorName[]): Promise<void> {
  const { latency, ii } = built.summary;
  await writeInto(join(dir, name), built.files);
  const loaded = await loadBuild(join(dir, name));
  const executors = wanted.filter((e) => present.has(e));
  const steady = await verify(loaded, { executors, samples: 8, seed: 1, stall: 0 });
  for (const [executor, { status, notes, cycles }] of Object.entries(steady.executors)) {
    expect([executor, status, notes]).toEqual([executor, 'equal', []]);
    if (cycles) expect(cycles).toEqual({ latency, ii });
  }
  expect((await verify(loaded, { executors, samples: 8, seed: 2, stall: 0.3 })).ok).toBe(true);
}

describe('pixelwise', () => {
  it('makes circuits of the convolutions of digits-cnn that see many positions, and takes a pixel per cycle', async () => {
    const bytes = readFileSync(new URL('../../examples/digits-cnn/model.onnx', import.meta.url));
    const built = pixelwise(bytes, 'digits_cnn');
    expect(circuitsOf(built)).toEqual(['Conv_0', 'Conv_1']);
    // 8×8 pixels and a border of 1.
    expect(built.summary.ii).toBe(100);
    await check(built, 'digits_cnn', ['reference', 'csim', 'verilator']);
  });

  it('is equal in every executor on random networks', async () => {
    let circuits = 0;
    let networks = 0;
    for (let seed = 1; networks < 12; seed++) {
      let built: Built;
      try {
        built = pixelwise(randomNetwork(seed).bytes, `random_${seed}`);
      } catch (e) {
        if (e instanceof DiagnosticError) continue;
        throw e;
      }
      const found = circuitsOf(built).length;
      if (found === 0) continue;
      circuits += found;
      networks++;
      await check(built, `random_${seed}`, ['reference', 'csim', 'wasm', 'icarus']);
    }
    expect(circuits).toBeGreaterThanOrEqual(networks);
  });
});
