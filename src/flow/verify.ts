import { simulateCycles } from '../analysis/cycle/simulate.ts';
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

/**
 * Runs every executor on the same frames and compares integers with the model as imported. `reference` is the built
 * graph in the interpreter: what all the passes made of the model.
 */
export async function verify(
  build: LoadedBuild,
  options: VerifyOptions,
  progress: (what: string) => void = () => {},
): Promise<VerifyResult> {
  const model = build.model.graph;
  const hardware = build.hardware.graph;
  progress('the imported model');
  // The model's ports and the hardware's may stream in different orders; both read the same arrays.
  const frames = options.inputs
    ? framesOf({ ...build.model, graph: hardware }, options.inputs)
    : randomFrames(hardware, options.samples, options.seed);
  const expected = execute(
    model,
    frames.map((f) => modelFrame(model, hardware, f)),
  );
  const golden = options.expect && compareGolden(build.model, expected, expectations(build, options.expect));

  const run = repeated(frames);
  const inputs = hardware.inputs.map((p) => concatenated(run, p.name));
  const predicted = simulateCycles(hardware, run.length);
  const streams = hardware.outputs.map((_, k) => expectedStream(model, hardware, repeated(expected), k));
  const want: Expected = { streams, samples: frames.length, cycles: options.stall > 0 ? undefined : predicted.outputs };
  const stall = { probability: options.stall, seed: options.seed };

  const results: Record<string, ExecutorResult> = {};
  for (const name of options.executors) {
    progress(name);
    results[name] = await attempt(name, async () => {
      if (name === 'reference') return judgeStreams(hardware, streamed(build, execute(hardware, run)), want);
      const got =
        name === 'csim' ? await runCsim(build, inputs) : await runRtl(name, build, inputs, stall, predicted.ii ?? 0);
      return judge(hardware, got, want);
    });
  }
  const ok =
    Object.values(results).every((r) => r.status === 'equal' || r.status === 'missing') &&
    golden?.status !== 'different';
  return {
    ok,
    samples: frames.length,
    stall: options.stall,
    executors: results,
    model: { latency: predicted.latency, ii: predicted.ii },
    ...(golden ? { golden } : {}),
  };
}

function repeated(frames: readonly Frame[]): Frame[] {
  const n = Math.max(LEAST_FRAMES, frames.length);
  return Array.from({ length: frames.length === 0 ? 0 : n }, (_, i) => frames[i % frames.length] as Frame);
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

/** The outputs of the hardware's own graph, frame after frame. */
const streamed = (build: LoadedBuild, frames: readonly Frame[]): Float64Array[] =>
  build.hardware.graph.outputs.map((p) => concatenated(frames, p.name));

const isArray = (e: ReadonlyMap<string, NamedArray> | NamedArray): e is NamedArray => 'array' in e;

function expectations(
  build: LoadedBuild,
  expect: ReadonlyMap<string, NamedArray> | NamedArray,
): ReadonlyMap<string, NamedArray> {
  return isArray(expect) ? new Map([[build.model.post.outputs[0]?.name ?? '', expect]]) : expect;
}
