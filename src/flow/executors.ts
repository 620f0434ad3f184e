import { hlsTop } from '../emit/hls/emit.ts';
import { moduleName } from '../emit/verilog/names.ts';
import type { StallPlan } from '../kernels/stall.ts';
import type { InputStream, RtlJob, RtlResult } from '../sim/rtl.ts';
import { rtlJob } from '../sim/vectors.ts';
import { icarusVersion } from '../tools/icarus.ts';
import { verilatorVersion } from '../tools/verilator.ts';
import type { LoadedBuild } from './load-build.ts';

export const EXECUTORS = ['reference', 'csim', 'wasm', 'verilator', 'icarus'] as const;
export type ExecutorName = (typeof EXECUTORS)[number];

/** What an executor gives back: beats per output port; handshake cycles where it simulates RTL. */
export interface ExecutorRun {
  readonly outputs: readonly { readonly beats: Uint8Array; readonly cycles?: Float64Array }[];
  readonly inputCycles?: readonly Float64Array[];
  /** What went wrong besides wrong data: hangs, breaches of the stream protocol. */
  readonly violations: readonly string[];
}

type Simulate = (job: RtlJob) => Promise<RtlResult>;

interface RtlExecutor {
  /** Undefined when the tool is not there. */
  readonly version: () => Promise<string | undefined>;
  readonly load: () => Promise<Simulate>;
}

const RTL: { readonly [name in 'wasm' | 'verilator' | 'icarus']: RtlExecutor } = {
  wasm: { version: async () => 'embedded', load: async () => (await import('../sim/wasm/index.ts')).simulateWasm },
  verilator: {
    version: verilatorVersion,
    load: async () => (await import('../sim/verilator/simulate.ts')).simulateVerilator,
  },
  icarus: { version: icarusVersion, load: async () => (await import('../sim/icarus/simulate.ts')).simulateIcarus },
};

/** Whether an executor can run here. `reference`, `csim` (Clang in WebAssembly) and `wasm` always can. */
export async function isPresent(name: ExecutorName): Promise<boolean> {
  return name === 'reference' || name === 'csim' || (await RTL[name].version()) !== undefined;
}

/** Cycles without a handshake after which a design counts as hung: far more than its slowest kernel computes. */
const idleLimit = (ii: number, stall: StallPlan): number => Math.ceil((2 * ii + 10_000) / (1 - stall.probability));

/** Runs the RTL on disk in one simulator. */
export async function runRtl(
  name: 'wasm' | 'verilator' | 'icarus',
  build: LoadedBuild,
  inputs: readonly ArrayLike<number>[],
  stall: StallPlan,
  ii: number,
): Promise<ExecutorRun> {
  const simulate = await RTL[name].load();
  const graph = build.hardware.graph;
  const job = rtlJob(graph, moduleName(graph.name), build.rtl, inputs, { stall, idleLimit: idleLimit(ii, stall) });
  const result = await simulate(job);
  const hang = result.hung ? ['no handshake any more although output is missing: the design hangs'] : [];
  return { outputs: result.outputs, inputCycles: result.inputCycles, violations: [...hang, ...result.violations] };
}

/** Runs the HLS C++ on disk. */
export async function runCsim(build: LoadedBuild, inputs: readonly ArrayLike<number>[]): Promise<ExecutorRun> {
  const { simulateCsim } = await import('../sim/csim/simulate.ts');
  const graph = build.hardware.graph;
  const job = rtlJob(graph, hlsTop(graph), build.hls, inputs);
  const streams: readonly InputStream[] = job.inputs;
  const { outputs } = await simulateCsim({
    top: job.top,
    files: build.hls,
    inputs: streams,
    outputs: job.outputs,
    frames: job.frames,
  });
  return { outputs, violations: [] };
}
