import { simulateCycles } from '../analysis/cycle/simulate.ts';
import { watchedValues } from '../analysis/cycle/values.ts';
import type { MemoryPlan } from '../kernels/memory-agent.ts';
import { type Frame, framesOf, type NamedArray } from '../run/frames.ts';
import { type ExecutorName, isPresent, runCsim, runRtl } from './executors.ts';
import { failureOf } from './failure.ts';
import { concatenated, execute, randomFrames } from './frames.ts';
import { compareGolden, type GoldenResult } from './golden.ts';
import { type ExecutorResult, type Expected, judge, judgeStreams } from './judge.ts';
import type { LoadedBuild } from './load-build.ts';
import { expectedStream, modelFrame } from './ports.ts';

export interface VerifyOptions {
  readonly executors: readonly ExecutorName[];
  /** Real inputs; without them, `samples` random frames over the whole input range. */
  readonly inputs?: ReadonlyMap<string, NamedArray>;
  /** Expected outputs by name, or that of the first output. */
  readonly expect?: ReadonlyMap<string, NamedArray> | NamedArray;
  readonly samples: number;
  readonly seed: number;
  /** Probability of a stall per cycle and port. */
  readonly stall: number;
  /** Latency and bandwidth of the memory behind the design's read masters. */
  readonly memory?: MemoryPlan;
}

export interface VerifyResult {
  /** Every executor that is here gave the model's integers, in the predicted cycles; so did the expectation. */
  readonly ok: boolean;
  readonly samples: number;
  readonly stall: number;
  readonly executors: { readonly [name: string]: ExecutorResult };
  /** What the cycle model predicts for this run. */
  readonly model: { readonly latency: number; readonly ii: number | null };
  readonly golden?: GoldenResult;
}

/** An interval shows between frames: fewer samples are repeated up to this many for the simulators. */
const LEAST_FRAMES = 3;

/** Random frames of an edited build: enough that a changed weight is likely to show, and where. */
const EDITED_SAMPLES = 64;

/** Frames that look for what a changed weight does, as many as a simulator takes in some seconds. */
const PROBES = { least: 16, most: 1024, cycles: 2 ** 20 };

function probesFor({ hardware }: LoadedBuild): number {
  const ii = simulateCycles(hardware.graph, LEAST_FRAMES).ii ?? 1;
  return Math.min(PROBES.most, Math.max(PROBES.least, Math.floor(PROBES.cycles / ii)));
}

const samplesOf = (build: LoadedBuild, samples: number): number =>
  build.edited.length > 0 ? Math.max(samples, EDITED_SAMPLES) : samples;

/** Frames for the simulators, and what every executor must make of them. */
interface Trial {
  readonly frames: readonly Frame[];
  /** Per input of the hardware, all frames in stream order. */
  readonly inputs: readonly Float64Array[];
  /** What the imported model makes of the samples. */
  readonly expected: readonly Frame[];
  readonly want: Expected;
  readonly model: { readonly latency: number; readonly ii: number | null };
}

function trialOf(build: LoadedBuild, samples: readonly Frame[], { stall, memory }: VerifyOptions): Trial {
  const model = build.model.graph;
  const hardware = build.hardware.graph;
  const expected = execute(
    model,
    samples.map((f) => modelFrame(model, hardware, f)),
  );
  const frames = repeated(samples);
  const inputs = hardware.inputs.map((p) => concatenated(frames, p.name));
  const values = watchedValues(hardware, inputs);
  const plan = memory ? { memory } : {};
  const { latency, ii, outputs, reads } = simulateCycles(hardware, frames.length, { values, ...plan });
  return {
    frames,
    inputs,
    expected,
    want: {
      streams: hardware.outputs.map((_, k) => expectedStream(model, hardware, repeated(expected), k)),
      samples: samples.length,
      cycles: stall > 0 ? undefined : outputs,
      reads,
    },
    model: { latency, ii },
  };
}

/**
 * Runs every executor on the same frames and compares integers with the model as imported. `reference` is the built
 * graph in the interpreter: what all the passes made of the model.
 */
export async function verify(
  build: LoadedBuild,
  options: VerifyOptions,
  progress: (what: string) => void = () => {},
): Promise<VerifyResult> {
  progress('the imported model');
  // The model's ports and the hardware's may stream in different orders; both read the same arrays.
  const samples = options.inputs
    ? framesOf({ ...build.model, graph: build.hardware.graph }, options.inputs)
    : randomFrames(build.hardware.graph, samplesOf(build, options.samples), options.seed);
  const trial = trialOf(build, samples, options);
  const golden = options.expect && compareGolden(build.model, trial.expected, expectations(build, options.expect));
  const results: Record<string, ExecutorResult> = {};
  for (const name of options.executors) {
    progress(name);
    results[name] = await attempt(name, async () => {
      const result = await runOn(build, name, trial, options);
      return result.status === 'equal' ? withConstants(build, name, result, options) : result;
    });
  }
  const ok =
    Object.values(results).every((r) => r.status === 'equal' || r.status === 'missing') &&
    golden?.status !== 'different';
  return {
    ok,
    samples: samples.length,
    stall: options.stall,
    executors: results,
    model: trial.model,
    ...(golden ? { golden } : {}),
  };
}

function repeated(frames: readonly Frame[]): Frame[] {
  const n = Math.max(LEAST_FRAMES, frames.length);
  return Array.from({ length: frames.length === 0 ? 0 : n }, (_, i) => frames[i % frames.length] as Frame);
}

async function runOn(
  build: LoadedBuild,
  name: ExecutorName,
  { frames, inputs, want, model }: Trial,
  { stall, seed, memory }: VerifyOptions,
): Promise<ExecutorResult> {
  const graph = build.hardware.graph;
  if (name === 'reference') {
    const outputs = execute(graph, frames);
    const streams = graph.outputs.map((p) => concatenated(outputs, p.name));
    return judgeStreams(graph, streams, want);
  }
  if (name === 'csim') return judge(graph, await runCsim(build, inputs), want);
  return judge(
    graph,
    await runRtl(name, build, inputs, {
      stall: { probability: stall, seed },
      interval: Math.max(model.ii ?? 0, model.latency),
      ...(memory ? { memory } : {}),
    }),
    want,
  );
}

/** A run that breaks says so in its result, so that the other executors still have their say. */
async function attempt(name: ExecutorName, run: () => Promise<ExecutorResult>): Promise<ExecutorResult> {
  if (!(await isPresent(name))) return { status: 'missing', mismatches: 0, notes: ['not installed'] };
  try {
    return await run();
  } catch (e) {
    const diagnostics = await failureOf(name, e);
    const notes = diagnostics.map((d) => d.message.split('\n')[0] ?? '');
    return { status: 'failed', mismatches: 0, notes, diagnostics };
  }
}

/** Where an executor reads its weights from. */
const constantsOf = (name: ExecutorName): string | undefined =>
  name === 'reference' ? undefined : name === 'csim' ? 'hls/weights/' : 'rtl/mem/';

/**
 * A weight that was changed is a difference even where the samples happen not to show it: random frames are tried to
 * tell where it shows.
 */
async function withConstants(
  build: LoadedBuild,
  name: ExecutorName,
  result: ExecutorResult,
  options: VerifyOptions,
): Promise<ExecutorResult> {
  const folder = constantsOf(name);
  const changed = build.edited.filter((file) => folder !== undefined && file.startsWith(folder));
  if (changed.length === 0) return result;
  const frames = randomFrames(build.hardware.graph, probesFor(build), options.seed + 1);
  const probe = await runOn(build, name, trialOf(build, frames, options), options);
  const shown = probe.notes.map((note) => `with ${frames.length} random samples, ${note}`);
  const unseen = `${changed.join(', ')} changed, which the samples of this run do not show`;
  return { ...result, status: 'different', mismatches: probe.mismatches, notes: [unseen, ...shown] };
}

const isArray = (e: ReadonlyMap<string, NamedArray> | NamedArray): e is NamedArray => 'array' in e;

function expectations(
  build: LoadedBuild,
  expect: ReadonlyMap<string, NamedArray> | NamedArray,
): ReadonlyMap<string, NamedArray> {
  return isArray(expect) ? new Map([[build.model.post.outputs[0]?.name ?? '', expect]]) : expect;
}
