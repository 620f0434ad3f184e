/**
 * Runs the whole folder of published models (env SLUICE_MODELS) through import and reference, and with `--hardware`
 * through build and simulation too. Prints a table, one line per model, and ends with 1 where something is wrong.
 *
 *   npx tsx scripts/published.ts [--only TEXT] [--tier N] [--suite] [--hardware [--arch unrolled] [--with wasm,verilator] [--stall P]]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DiagnosticError } from '../src/diag/diagnostic.ts';
import { writeFileSet } from '../src/emit/fileset.ts';
import { build } from '../src/flow/build.ts';
import { EXECUTORS, type ExecutorName } from '../src/flow/executors.ts';
import { loadBuild } from '../src/flow/load-build.ts';
import { MANIFEST } from '../src/flow/manifest.ts';
import { verify } from '../src/flow/verify.ts';
import { ARCHITECTURES, type Architecture } from '../src/passes/architectures.ts';
import { check, type Executed, openShapes } from '../test/published/check.ts';
import {
  MISSING,
  modelsFolder,
  type PublishedModel,
  publishedModels,
  type Row,
  table,
  totals,
} from '../test/published/models.ts';
import { type NodeTest, nodeSuite } from '../test/published/node-suite.ts';
import { solver } from './solver.ts';

/** What hardware simulation says of a model that the reference computes right: '' when it is equal too. */
type HardwareStage = (m: PublishedModel, run: Executed) => Promise<string>;

/** Frames that go through the simulators. */
const FRAMES = 2;

/** Builds, loads what was written, and compares the executors with the reference on the model's own inputs. */
function hardwareStage(executors: readonly ExecutorName[], arch: Architecture, stall: number): HardwareStage {
  return async (m, run) => {
    const dir = mkdtempSync(join(tmpdir(), 'sluice-published-'));
    const out = join(dir, 'build');
    try {
      const arrays = new Map(
        [...run.arrays].map(([name, { file, array }]) => {
          const frames = Math.min(FRAMES, array.shape[0] ?? 0);
          const size = array.data.length / Math.max(1, array.shape[0] ?? 1);
          const data = array.data.subarray(0, frames * size) as typeof array.data;
          return [name, { file, array: { ...array, shape: [frames, ...array.shape.slice(1)], data } }] as const;
        }),
      );
      const shapes = openShapes(
        m,
        [...run.arrays.values()].map((a) => a.array),
      );
      const built = build({ bytes: run.bytes, file: 'model.onnx', name: m.id, config: { shapes, arch }, solver });
      await writeFileSet(out, built.files, MANIFEST);
      const options = { executors, inputs: arrays, samples: FRAMES, seed: 1, stall };
      const result = await verify(await loadBuild(out), options);
      const bad = Object.entries(result.executors).filter(([, r]) => r.status !== 'equal');
      return bad.map(([name, r]) => `${name}: ${r.status} ${r.notes.join('; ')}`).join(', ');
    } catch (e) {
      if (e instanceof DiagnosticError) return e.message.split('\n')[0] ?? '';
      throw e;
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  };
}

async function rowOf(folder: string, m: PublishedModel, stage: HardwareStage | undefined): Promise<Row> {
  const { row, run } = check(folder, m);
  if (!stage || !run || row.result !== 'equal' || row.nodes === 0) return row;
  const problem = await stage(m, run);
  return problem === ''
    ? { ...row, reason: `${row.reason}; hardware equal` }
    : { ...row, result: 'different', reason: `hardware: ${problem}` };
}

function suiteTable(tests: readonly NodeTest[]): string {
  return tests.map((t) => `${t.name}  ${t.how}  ${t.equal ? 'equal' : 'different'}  ${t.reason}`.trimEnd()).join('\n');
}

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    tier: { type: 'string' },
    suite: { type: 'boolean' },
    hardware: { type: 'boolean' },
    with: { type: 'string', default: 'wasm' },
    arch: { type: 'string', default: 'streaming' },
    stall: { type: 'string', default: '0' },
  },
});
const folder = modelsFolder();
if (!folder) {
  process.stdout.write(`${MISSING}\n`);
} else if (values.suite) {
  const tests = nodeSuite(folder);
  process.stdout.write(`${suiteTable(tests)}\n`);
  if (tests.some((t) => !t.equal)) process.exitCode = 1;
} else {
  const executors = EXECUTORS.filter((e) => values.with.split(',').includes(e));
  const arch = ARCHITECTURES.find((a) => a === values.arch);
  if (!arch) throw new Error(`the architectures are ${ARCHITECTURES.join(' and ')}`);
  const stage = values.hardware ? hardwareStage(executors, arch, Number(values.stall)) : undefined;
  const wanted = publishedModels(folder).filter(
    (m) => (!values.only || m.id.includes(values.only)) && (!values.tier || m.tier === Number(values.tier)),
  );
  const rows: Row[] = [];
  for (const m of wanted) {
    const started = performance.now();
    const row = await rowOf(folder, m, stage);
    rows.push(row);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    process.stderr.write(`${m.id}: ${row.result} ${row.reason} (${seconds} s)\n`);
  }
  process.stdout.write(`${table(rows)}\n${totals(rows)}\n`);
  const required = (r: Row): boolean =>
    r.tier === 1 ? r.result === 'equal' : r.tier !== 0 || r.result !== 'different';
  if (!rows.every(required)) process.exitCode = 1;
}
