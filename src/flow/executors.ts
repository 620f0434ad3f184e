import { hlsTop } from '../emit/hls/emit.ts';
import { moduleName } from '../emit/verilog/names.ts';
import { IMAGE_FILE } from '../kernels/axi.ts';
import type { MemoryPlan } from '../kernels/memory-agent.ts';
import type { StallPlan } from '../kernels/stall.ts';
import type { InputStream, RtlJob, RtlResult } from '../sim/rtl.ts';
import { rtlJob } from '../sim/vectors.ts';
import type { LoadedBuild } from './load-build.ts';
import { onPath } from './presence.ts';

/** The same image, for the C++ test bench. */
export const HLS_IMAGE = 'vectors/memory.bin';

export const EXECUTORS = ['reference', 'csim', 'wasm', 'verilator', 'icarus'] as const;
export type ExecutorName = (typeof EXECUTORS)[number];

/** What an executor gives back: beats per output port; handshake cycles where it simulates RTL. */
export interface ExecutorRun {
  readonly outputs: readonly { readonly beats: Uint8Array; readonly cycles?: Float64Array }[];
  readonly inputCycles?: readonly Float64Array[];
  /** Bursts that each read master asked for, where RTL is simulated. */
  readonly reads?: RtlResult['reads'];
  /** What went wrong besides wrong data: hangs, breaches of the stream protocol. */
  readonly violations: readonly string[];
}

/** What to make fast: `run` for many frames, `build` for programs that compile longer than they run. */
type Effort = 'run' | 'build';

type Simulate = (job: RtlJob, effort: Effort) => Promise<RtlResult>;

interface RtlExecutor {
  /** How to get the tool where it is not here; undefined for what is part of the package. */
  readonly install?: string;
  readonly present: () => Promise<boolean>;
  readonly load: () => Promise<Simulate>;
}

const RTL: { readonly [name in 'wasm' | 'verilator' | 'icarus']: RtlExecutor } = {
  wasm: { present: async () => true, load: async () => (await import('../sim/wasm/index.ts')).simulateWasm },
  verilator: {
    install: 'install Verilator 5.006 or newer, such as with "apt-get install verilator g++ make"',
    // A broken tool is there: it fails, and says how, when it is run.
    present: () => onPath('verilator'),
    load: async () => (await import('../sim/verilator/simulate.ts')).simulateVerilator,
  },
  icarus: {
    install: 'install Icarus Verilog 11 or newer, such as with "apt-get install iverilog"',
    present: () => onPath('iverilog'),
    load: async () => (await import('../sim/icarus/simulate.ts')).simulateIcarus,
  },
};

const isRtl = (name: ExecutorName): name is keyof typeof RTL => name in RTL;

/** Whether an executor can run here. `reference`, `csim` (Clang in WebAssembly) and `wasm` always can. */
export const isPresent = async (name: ExecutorName): Promise<boolean> => !isRtl(name) || RTL[name].present();

/** Whether an executor compiles a program, which is kept for the next time. */
export const compiles = (name: ExecutorName): boolean => name === 'csim' || name === 'verilator';

/** What to do about an executor that is not here. */
export const installHint = (name: ExecutorName): string => (isRtl(name) && RTL[name].install) || 'install Sluice again';

/** Cycles without a handshake after which a design counts as hung: far more than its slowest kernel computes. */
const idleLimit = (ii: number, stall: StallPlan): number => Math.ceil((2 * ii + 10_000) / (1 - stall.probability));

export interface RtlSettings {
  readonly stall: StallPlan;
  /** Cycles that a frame takes by the cycle model. */
  readonly interval: number;
  readonly memory?: MemoryPlan;
}

/** A circuit is one straight line of many thousand statements: optimisers take longer over it than any number of frames. */
const effortOf = ({ hls }: LoadedBuild): Effort =>
  [...hls.keys()].some((file) => file.startsWith('circuits/')) ? 'build' : 'run';

/** The image as it lies on disk. */
const imageOf = (image: Uint8Array | undefined): { image?: Uint8Array } => (image ? { image } : {});

/** Runs the RTL on disk in one simulator. */
export async function runRtl(
  name: 'wasm' | 'verilator' | 'icarus',
  build: LoadedBuild,
  inputs: readonly ArrayLike<number>[],
  { stall, interval, memory }: RtlSettings,
): Promise<ExecutorRun> {
  const simulate = await RTL[name].load();
  const graph = build.hardware.graph;
  const job = rtlJob(graph, moduleName(graph.name), build.rtl, inputs, {
    stall,
    idleLimit: idleLimit(interval, stall),
    ...(memory ? { memory } : {}),
    ...imageOf(build.rtl.get(IMAGE_FILE)),
  });
  const result = await simulate(job, effortOf(build));
  const hang = result.hung ? ['no handshake any more although output is missing: the design hangs'] : [];
  const violations = [...hang, ...result.violations];
  return { outputs: result.outputs, inputCycles: result.inputCycles, reads: result.reads, violations };
}

/** Runs the HLS C++ on disk. */
export async function runCsim(build: LoadedBuild, inputs: readonly ArrayLike<number>[]): Promise<ExecutorRun> {
  const { simulateCsim } = await import('../sim/csim/simulate.ts');
  const graph = build.hardware.graph;
  const job = rtlJob(graph, hlsTop(graph), build.hls, inputs);
  const streams: readonly InputStream[] = job.inputs;
  const csim = {
    top: job.top,
    files: build.hls,
    inputs: streams,
    outputs: job.outputs,
    frames: job.frames,
    ...imageOf(build.hls.get(HLS_IMAGE)),
  };
  const { outputs } = await simulateCsim(csim, { effort: effortOf(build) });
  return { outputs, violations: [] };
}
