/**
 * The embedded RTL simulator: Verilog through Yosys (WebAssembly) to a netlist, through binaryen to WebAssembly
 * modules that are run in this process. Two-valued: x and z count as 0, and registers without initial value start at 0.
 */
import { createHash } from 'node:crypto';
import { elaborate } from '../../tools/elaborate.ts';
import type { RtlJob, RtlResult } from '../rtl.ts';
import type { ModuleLayout } from './compile.ts';
import { compileModules, type WasmModule } from './engine.ts';
import { instantiate, type Simulator } from './instance.ts';
import { runUpsets, type UpsetPlan, type UpsetResult } from './upsets.ts';
import { runVectors } from './vectors.ts';

interface Loaded {
  readonly modules: readonly WasmModule[];
  readonly layout: ModuleLayout;
}

const loaded = new Map<string, Promise<Loaded>>();

/** Simulates a design on the job's vectors. */
export const simulateWasm = (job: RtlJob): Promise<RtlResult> => withSimulator(job, (s) => runVectors(s, job));

/** Upsets of a design's flip-flops, one at a time. */
export const upsetCampaign = (job: RtlJob, plan: UpsetPlan): Promise<UpsetResult> =>
  withSimulator(job, (s) => runUpsets(s, job, plan));

/** Hands out a simulator in its initial state. A design is compiled once per process. */
async function withSimulator<T>(job: RtlJob, use: (simulator: Simulator) => T): Promise<T> {
  const key = keyOf(job);
  let design = loaded.get(key);
  if (design === undefined) {
    design = load(job);
    loaded.set(key, design);
  }
  try {
    const { modules, layout } = await design;
    return use(await instantiate(modules, layout));
  } catch (error) {
    loaded.delete(key);
    throw error;
  }
}

async function load(job: RtlJob): Promise<Loaded> {
  // Binaryen is large: only a run that compiles something loads it.
  const { compileNetlist } = await import('./compile.ts');
  const netlist = await elaborate(job.files, job.top);
  const streams = {
    inputs: job.inputs.map((input) => input.port),
    outputs: job.outputs,
    hosted: job.memory !== undefined,
  };
  const { wasm, layout } = compileNetlist(netlist, streams);
  return { modules: await compileModules(wasm), layout };
}

/** Everything that the compiled module depends on: sources and stream ports, not vectors. */
function keyOf(job: RtlJob): string {
  const hash = createHash('sha256');
  const add = (part: string | Uint8Array): void => {
    hash.update(`${part.length}:`).update(part);
  };
  add(job.top);
  for (const port of [...job.inputs.map((input) => input.port), ...job.outputs]) add(`${port.name}:${port.width}`);
  add(`${job.inputs.length}`);
  for (const [path, content] of [...job.files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    add(path);
    add(content);
  }
  return hash.digest('hex');
}
