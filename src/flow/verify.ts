import { cycleFigures } from '../analysis/cycle/figures.ts';
import { simulateCycles } from '../analysis/cycle/simulate.ts';
import { type Diagnostic, DiagnosticError } from '../diag/diagnostic.ts';
import type { OutputPort } from '../ir/graph.ts';
import { axisPorts, beatsOf } from '../kernels/axis.ts';
import type { NpyArray } from '../num/npy.ts';
import { numel } from '../num/tensor.ts';
import { codesOf, type Frame, framesOf, type NamedArray } from '../run/frames.ts';
import { compareStreams, describeMismatch } from '../sim/compare.ts';
import { unpackBeats } from '../sim/vectors.ts';
import { type ExecutorName, type ExecutorRun, isPresent, runCsim, runRtl } from './executors.ts';
import { concatenated, execute, randomFrames } from './frames.ts';
import { compareGolden, type GoldenResult } from './golden.ts';
import type { LoadedBuild } from './load-build.ts';
import { modelFrame } from './ports.ts';

export interface VerifyOptions {
  readonly executors: readonly ExecutorName[];
  /** Real inputs; without them, `samples` random frames over the whole input range. */
  readonly inputs?: ReadonlyMap<string, NamedArray>;
  readonly expect?: { readonly file: string; readonly array: NpyArray };
  readonly samples: number;
  readonly seed: number;
  /** Probability of a stall per cycle and port. */
  readonly stall: number;
}

export interface ExecutorResult {
  readonly status: 'equal' | 'different' | 'missing' | 'failed';
  readonly mismatches: number;
  /** Measured by RTL simulators, without stalls. */
  readonly cycles?: { readonly latency: number; readonly ii: number | null };
  /** What differs, in words. */
  readonly notes: readonly string[];
  readonly diagnostics?: readonly Diagnostic[];
}

export interface VerifyResult {
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

/** Runs every executor on the same frames and compares integers with the reference: the model as imported. */
export async function verify(
  build: LoadedBuild,
  options: VerifyOptions,
  progress: (what: string) => void = () => {},
): Promise<VerifyResult> {
  const { model, hardware } = build;
  // The model's ports and the hardware's may stream in different orders; both read the same arrays.
  const frames = options.inputs
    ? framesOf({ ...model, graph: hardware.graph }, options.inputs)
    : randomFrames(hardware.graph, options.samples, options.seed);
  progress('reference');
  const expected = execute(hardware.graph, frames);
  const golden = options.expect && compareGolden({ ...model, graph: hardware.graph }, expected, options.expect);
  const run = repeated(frames);
  const want = repeated(expected);
  const inputs = hardware.graph.inputs.map((p) => concatenated(run, p.name));
  const predicted = simulateCycles(hardware.graph, run.length);
  const results: Record<string, ExecutorResult> = {};
  for (const name of options.executors) {
    progress(name);
    results[name] =
      name === 'reference'
        ? referenceResult(build, frames, expected, options)
        : await attempt(name, async () => {
            const stall = { probability: options.stall, seed: options.seed };
            const got =
              name === 'csim'
                ? await runCsim(build, inputs)
                : await runRtl(name, build, inputs, stall, predicted.ii ?? 0);
            return judge(build, got, want, predicted.outputs, options.stall > 0);
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

async function attempt(name: ExecutorName, run: () => Promise<ExecutorResult>): Promise<ExecutorResult> {
  if (!(await isPresent(name))) return { status: 'missing', mismatches: 0, notes: [`${name} is not installed`] };
  try {
    return await run();
  } catch (e) {
    if (!(e instanceof DiagnosticError)) throw e;
    return { status: 'failed', mismatches: 0, notes: e.diagnostics.map((d) => d.message), diagnostics: e.diagnostics };
  }
}

/** The built graph against the imported one: what all the passes did, on these frames. */
function referenceResult(
  build: LoadedBuild,
  frames: readonly Frame[],
  expected: readonly Frame[],
  options: VerifyOptions,
): ExecutorResult {
  const { model, hardware } = build;
  const sources = options.inputs ? framesOf(model, options.inputs) : frames.map((f) => modelFrame(build, f));
  const reference = execute(model.graph, sources);
  let mismatches = 0;
  const notes: string[] = [];
  hardware.graph.outputs.forEach((port, k) => {
    const twin = model.graph.outputs[k];
    if (!twin) return;
    const size = numel(port.layout.shape);
    const a = concatenatedInOrder(reference, twin);
    const b = concatenatedInOrder(expected, port);
    const c = compareStreams(a, b, size);
    mismatches += c.mismatches;
    const text = describeMismatch(c);
    if (text) notes.push(`${port.name}: ${text}`);
  });
  return { status: mismatches === 0 ? 'equal' : 'different', mismatches, notes };
}

function concatenatedInOrder(frames: readonly Frame[], port: OutputPort): Float64Array {
  const parts = frames.map((f) => inModelOrder(f, port));
  const out = new Float64Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}

const inModelOrder = (f: Frame, port: OutputPort): Float64Array => {
  const t = f.get(port.name);
  return t ? codesOf(port, t).data : new Float64Array(0);
};

function judge(
  build: LoadedBuild,
  got: ExecutorRun,
  want: readonly Frame[],
  predicted: readonly Float64Array[],
  stalled: boolean,
): ExecutorResult {
  const { graph } = build.hardware;
  const ports = axisPorts(graph).outputs;
  let mismatches = 0;
  const notes = [...got.violations];
  const beats: number[] = [];
  ports.forEach((port, k) => {
    const type = graph.values[port.value];
    const output = got.outputs[k];
    if (!type || !output) return;
    beats.push(beatsOf(type));
    const c = compareStreams(
      Float64Array.from(concatenated(want, graph.outputs[k]?.name ?? '')),
      unpackBeats(output.beats, type, port.width),
      numel(type.shape),
    );
    mismatches += c.mismatches;
    const text = describeMismatch(c);
    if (text) notes.push(`${port.name}: ${text}`);
    const at = stalled || !output.cycles ? -1 : firstDifferent(output.cycles, predicted[k] ?? new Float64Array(0));
    if (at >= 0)
      notes.push(
        `${port.name}: beat ${at} leaves in cycle ${output.cycles?.[at]}, the cycle model says ${predicted[k]?.[at]}`,
      );
  });
  const status = mismatches === 0 && notes.length === 0 ? 'equal' : 'different';
  const cycles = got.outputs.map((o) => o.cycles).filter((c) => c !== undefined);
  if (stalled || cycles.length === 0 || !got.inputCycles) return { status, mismatches, notes };
  const { latency, ii } = cycleFigures(got.inputCycles, cycles, beats);
  return { status, mismatches, notes, cycles: { latency, ii } };
}

function firstDifferent(a: Float64Array, b: Float64Array): number {
  const n = Math.max(a.length, b.length);
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return i;
  return -1;
}
