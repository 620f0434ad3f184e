/** The example with attention and experts: whole, from ONNX, in every executor, and as close to the float model as it says. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeInto } from '../../src/emit/fileset.ts';
import { build, readModel } from '../../src/flow/build.ts';
import { EXECUTORS, type ExecutorName, isPresent } from '../../src/flow/executors.ts';
import { loadBuild } from '../../src/flow/load-build.ts';
import { verify } from '../../src/flow/verify.ts';
import { type NpyArray, readNpy } from '../../src/num/npy.ts';
import { importedResults } from '../fuzz/oracle.ts';

const SAMPLES = 2;
/** The dense layers' interval with a few multipliers each. */
const TARGET = 9000;

const file = (name: string): Buffer => readFileSync(new URL(`../../examples/digits-vit/${name}`, import.meta.url));
const rows = ({ shape, data }: NpyArray): Float64Array[] => {
  const size = data.length / (shape[0] ?? 1);
  return Array.from({ length: shape[0] ?? 1 }, (_, i) =>
    Float64Array.from(data.slice(i * size, (i + 1) * size), Number),
  );
};
const classOf = (v: ArrayLike<number>): number => Array.from(v).indexOf(Math.max(...Array.from(v)));

const input = { bytes: file('model.onnx'), file: 'model.onnx', name: 'digits-vit', config: { targetIi: TARGET } };

let dir = '';
const executors: ExecutorName[] = [];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sluice-'));
  for (const e of EXECUTORS) if (await isPresent(e)) executors.push(e);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

it('has the class of the float model on every sample', () => {
  const { model } = readModel(input);
  const images = rows(readNpy(file('input.npy'), 'input.npy'));
  const results = importedResults({ model }, new Map([['global_in', images]]));
  const got = results.map((r) => classOf(r.get('global_out')?.data ?? []));
  expect(got).toEqual(rows(readNpy(file('expected.npy'), 'expected.npy')).map(classOf));
});

it('is equal in every executor, to the cycle, without and with stalls', async () => {
  const { files, compiled } = build(input);
  const ops = new Set(compiled.graph.nodes.map((n) => n.op));
  for (const op of ['attend', 'layernorm', 'curve', 'route', 'experts', 'insert', 'slice']) expect(ops).toContain(op);
  await writeInto(dir, files);
  const loaded = await loadBuild(dir);
  const all = readNpy(file('input.npy'), 'input.npy');
  const array = { ...all, shape: [SAMPLES, ...all.shape.slice(1)], data: all.data.slice(0, SAMPLES * 64) };
  const options = {
    executors,
    inputs: new Map([['global_in', { file: 'input.npy', array }]]),
    samples: SAMPLES,
    seed: 1,
  };
  const result = await verify(loaded, { ...options, stall: 0 });
  expect(Object.entries(result.executors).map(([name, e]) => [name, e.status, e.notes])).toEqual(
    executors.map((name) => [name, 'equal', []]),
  );
  for (const { cycles } of Object.values(result.executors)) if (cycles) expect(cycles).toEqual(result.model);
  const stalled = await verify(loaded, { ...options, stall: 0.3 });
  expect(Object.entries(stalled.executors).map(([name, e]) => [name, e.status, e.notes])).toEqual(
    executors.map((name) => [name, 'equal', []]),
  );
});
