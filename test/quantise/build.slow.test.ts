/** A float network with a branch, quantised to mixed bits, built and simulated. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeInto } from '../../src/emit/fileset.ts';
import { build } from '../../src/flow/build.ts';
import { EXECUTORS, type ExecutorName, isPresent } from '../../src/flow/executors.ts';
import { loadBuild } from '../../src/flow/load-build.ts';
import { quantiseModel } from '../../src/flow/quantise.ts';
import { verify } from '../../src/flow/verify.ts';
import { loadOnnx } from '../../src/import/onnx/load.ts';
import { frames, residual } from './networks.ts';

it('is equal in every executor, and says what it was quantised by', async () => {
  const bytes = residual();
  const values = frames(8).flatMap((f) => [...(f.get('x')?.data ?? [])]);
  const array = { shape: [8, 1, 6, 6], dtype: 'f4', data: Float32Array.from(values) };
  const settings = { bits: 'auto', ranges: 'mse', goal: { maxCost: 0.3 } } as const;
  const input = { onnx: loadOnnx(bytes), file: 'float.onnx', settings };
  const found = quantiseModel({ ...input, arrays: new Map([['x', { file: 'x.npy', array }]]) });
  const quantised = { ...found, settings, data: [new Uint8Array(3)] };
  const { files } = build({ bytes, file: 'float.onnx', name: 'float', config: {}, quantised });
  const manifest = JSON.parse(Buffer.from(files.get('build.json') ?? []).toString());
  expect(manifest.quantisation).toMatchObject({ ...settings, data: [expect.stringMatching(/^[0-9a-f]{64}$/)] });
  expect(Buffer.from(files.get('reports/quantisation.txt') ?? []).toString()).toContain(
    'agreement with the float model',
  );
  const dir = await mkdtemp(join(tmpdir(), 'sluice-'));
  await writeInto(dir, files);
  const executors: ExecutorName[] = [];
  for (const e of EXECUTORS) if (await isPresent(e)) executors.push(e);
  const result = await verify(await loadBuild(dir), { executors, samples: 4, seed: 1, stall: 0.3 });
  expect(Object.values(result.executors).map((e) => e.status)).toEqual(executors.map(() => 'equal'));
  await rm(dir, { recursive: true, force: true });
});
