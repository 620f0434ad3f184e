import { cycleFigures } from '../analysis/cycle/figures.ts';
import type { Diagnostic } from '../diag/diagnostic.ts';
import type { Graph } from '../ir/graph.ts';
import { axiMasters } from '../kernels/axi.ts';
import { axisPorts, beatsOf } from '../kernels/axis.ts';
import type { MemoryRead } from '../kernels/cycles.ts';
import { type IntArray, numel } from '../num/tensor.ts';
import { type Comparison, compareStreams, describeMismatch } from '../sim/compare.ts';
import { unpackBeats } from '../sim/vectors.ts';
import type { ExecutorRun } from './executors.ts';

export interface ExecutorResult {
  readonly status: 'equal' | 'different' | 'missing' | 'failed';
  /** Integers that differ. */
  readonly mismatches: number;
  /** Measured by RTL simulators, without stalls. */
  readonly cycles?: { readonly latency: number; readonly ii: number | null };
  /** What differs, in words. */
  readonly notes: readonly string[];
  /** What each read master read in the run, measured on the bus. */
  readonly reads?: readonly { readonly bursts: number; readonly beats: number }[];
  readonly diagnostics?: readonly Diagnostic[];
}

/** What a run is held against. */
export interface Expected {
  /** Per output, all frames of the run in the order of the hardware's stream. */
  readonly streams: readonly Float64Array[];
  /** Frames of the run that are samples; those after them are the same again, and are not counted twice. */
  readonly samples: number;
  /** Per output, the cycle of each beat by the cycle model; undefined where stalls make it meaningless. */
  readonly cycles: readonly Float64Array[] | undefined;
  /** Per read master, the bursts that the cycle model asks for; under stalls they come in other cycles. */
  readonly reads: readonly (readonly MemoryRead[])[];
}

/** Compares what an executor made of a run: integers, violations of the protocol, and cycles where it measures them. */
export function judge(graph: Graph, got: ExecutorRun, want: Expected): ExecutorResult {
  let mismatches = 0;
  const notes = [...got.violations];
  const beats: number[] = [];
  axisPorts(graph).outputs.forEach((port, k) => {
    const type = graph.values[port.value];
    const output = got.outputs[k];
    if (!type || !output) return;
    beats.push(beatsOf(type));
    const c = compare(unpackBeats(output.beats, type, port.width), want, k, numel(type.shape));
    mismatches += c.mismatches;
    const text = describeMismatch(c);
    if (text) notes.push(`${port.name}: ${text}`);
    const late = output.cycles && want.cycles && firstDifferent(output.cycles, want.cycles[k] ?? new Float64Array(0));
    if (late) notes.push(`${port.name}: beat ${late.at} leaves in cycle ${late.a}, the cycle model says ${late.b}`);
  });
  notes.push(...readNotes(graph, got, want));
  const status = mismatches === 0 && notes.length === 0 ? 'equal' : 'different';
  const cycles = got.outputs.map((o) => o.cycles).filter((c) => c !== undefined);
  const reads = got.reads && got.reads.length > 0 ? { reads: got.reads.map(readCount) } : {};
  if (!want.cycles || cycles.length === 0 || !got.inputCycles) return { status, mismatches, notes, ...reads };
  const { latency, ii } = cycleFigures(got.inputCycles, cycles, beats);
  return { status, mismatches, notes, ...reads, cycles: { latency, ii } };
}

const readCount = (reads: readonly MemoryRead[]): { bursts: number; beats: number } => ({
  bursts: reads.length,
  beats: reads.reduce((n, r) => n + r.beats, 0),
});

/** The bursts of each master against the model's: the same ones in the same order, and in its cycles where it has any. */
function readNotes(graph: Graph, got: ExecutorRun, want: Expected): string[] {
  if (!got.reads) return [];
  return axiMasters(graph).flatMap(({ name }, m) => {
    const [measured, predicted] = [got.reads?.[m] ?? [], want.reads[m] ?? []];
    const show = (r: MemoryRead | undefined): string =>
      r ? `${r.beats} beats at ${r.address}${want.cycles ? ` in cycle ${r.cycle}` : ''}` : 'nothing';
    for (let i = 0; i < Math.max(measured.length, predicted.length); i++) {
      const [a, b] = [show(measured[i]), show(predicted[i])];
      if (a !== b) return [`${name}: burst ${i} reads ${a}, the cycle model says ${b}`];
    }
    return [];
  });
}

/** Compares streams of integers port by port: for executors that have no beats. */
export function judgeStreams(graph: Graph, got: readonly Float64Array[], want: Expected): ExecutorResult {
  let mismatches = 0;
  const notes: string[] = [];
  graph.outputs.forEach((port, k) => {
    const size = numel(port.layout.shape);
    const c = compare(got[k] ?? new Float64Array(0), want, k, size);
    mismatches += c.mismatches;
    const text = describeMismatch(c);
    if (text) notes.push(`${port.name}: ${text}`);
  });
  return { status: mismatches === 0 ? 'equal' : 'different', mismatches, notes };
}

function compare(got: IntArray, want: Expected, k: number, size: number): Comparison {
  const stream = want.streams[k] ?? new Float64Array(0);
  const once = compareStreams(stream.subarray(0, want.samples * size), got.subarray(0, want.samples * size), size);
  return once.first ? once : compareStreams(stream, got, size);
}

interface Late {
  readonly at: number;
  readonly a: number | undefined;
  readonly b: number | undefined;
}

function firstDifferent(a: Float64Array, b: Float64Array): Late | undefined {
  const n = Math.max(a.length, b.length);
  for (let at = 0; at < n; at++) if (a[at] !== b[at]) return { at, a: a[at], b: b[at] };
  return undefined;
}
