/** Everything that the page of a build shows, as plain data. */
import { simulateCycles } from '../analysis/cycle/simulate.ts';
import type { LoadedBuild } from '../flow/load-build.ts';
import type { Summary } from '../flow/summary.ts';
import type { VerifyResult } from '../flow/verify.ts';
import type { Graph } from '../ir/graph.ts';
import { interpreter } from '../ir/interpret.ts';
import { beatBits } from '../kernels/axis.ts';
import { lookupFor } from '../kernels/lookup.ts';
import { elemName, elemRange } from '../num/elem.ts';
import type { Frame } from '../run/frames.ts';
import { type ErrorObserver, errorObserver, type RoundingError } from './errors.ts';

/** A node of the drawing: a kernel, or an end of the hardware. */
export interface Box {
  readonly name: string;
  readonly kind: string;
}

/** A stream between two boxes, and the FIFO on it, if one is there. */
export interface Stream {
  readonly from: string;
  readonly to: string;
  readonly type: string;
  readonly fifo?: Fifo;
}

export interface Fifo {
  readonly name: string;
  readonly depth: number;
  /** The most that it holds in a run without stalls, in beats. */
  readonly peak: number;
  readonly bits: number;
}

/** A tensor of the model: what its type allows, and what came. */
export interface Values {
  readonly name: string;
  readonly made: string;
  readonly type: string;
  readonly shape: string;
  readonly lo: number;
  readonly hi: number;
  readonly least: number;
  readonly most: number;
  /** Shares of the values in equal parts of the type's range. */
  readonly histogram: readonly number[];
}

export interface BuildData {
  readonly summary: Summary;
  readonly boxes: readonly Box[];
  readonly streams: readonly Stream[];
  readonly values: readonly Values[];
  readonly errors: readonly RoundingError[];
  /** Whether the values are of given samples or of random ones, and how many. */
  readonly samples: { readonly given: boolean; readonly count: number };
  readonly verdict?: VerifyResult;
}

const FRAMES = 4;
const BINS = 32;

export function buildData(
  build: LoadedBuild,
  summary: Summary,
  frames: readonly Frame[],
  given: boolean,
  verdict: VerifyResult | undefined,
): BuildData {
  const graph = build.hardware.graph;
  const errors = errorObserver(build.model.graph);
  const values = valuesOf(build.model.graph, frames, errors.see);
  return {
    summary,
    boxes: [
      ...graph.inputs.map((p) => ({ name: `in:${p.name}`, kind: 'input' })),
      ...graph.nodes.filter((n) => n.op !== 'fifo').map((n) => ({ name: n.name, kind: n.op })),
      ...graph.outputs.map((p) => ({ name: `out:${p.name}`, kind: 'output' })),
    ],
    streams: streamsOf(graph),
    values,
    errors: errors.result(),
    samples: { given, count: frames.length },
    ...(verdict ? { verdict } : {}),
  };
}

/** The streams with the FIFOs drawn into them. */
function streamsOf(graph: Graph): Stream[] {
  const { fill } = simulateCycles(graph, FRAMES);
  const source = new Map<string, string>();
  const fifos = new Map<string, Fifo>();
  for (const p of graph.inputs) source.set(p.value, `in:${p.name}`);
  for (const node of graph.nodes) {
    const [input = '', output = ''] = [node.inputs[0], node.outputs[0]];
    const type = graph.values[output];
    if (node.op !== 'fifo' || !type) {
      for (const value of node.outputs) source.set(value, node.name);
      continue;
    }
    const depth = Number(node.attrs['depth']);
    source.set(output, source.get(input) ?? '');
    fifos.set(output, { name: node.name, depth, peak: fill.get(node.name) ?? 0, bits: depth * beatBits(type) });
  }
  const stream = (value: string, to: string): Stream => {
    const t = graph.values[value];
    const fifo = fifos.get(value);
    const type = t ? `${elemName(t.elem)} × ${t.lanes ?? 1}` : '';
    return { from: source.get(value) ?? '', to, type, ...(fifo ? { fifo } : {}) };
  };
  return [
    ...graph.nodes.flatMap((n) => (n.op === 'fifo' ? [] : n.inputs.map((v) => stream(v, n.name)))),
    ...graph.outputs.map((p) => stream(p.value, `out:${p.name}`)),
  ];
}

/** What came in each tensor of the model, in the order in which they are computed. */
function valuesOf(graph: Graph, frames: readonly Frame[], see: ErrorObserver['see']): Values[] {
  const seen = new Map<string, { least: number; most: number; bins: Float64Array; n: number }>();
  const run = interpreter(graph, lookupFor(graph.level), (value, { data }) => {
    see(value, data);
    const type = graph.values[value];
    if (!type) return;
    const { lo, hi } = elemRange(type.elem);
    const s = seen.get(value) ?? { least: Infinity, most: -Infinity, bins: new Float64Array(BINS), n: 0 };
    for (const v of data) {
      s.least = Math.min(s.least, v);
      s.most = Math.max(s.most, v);
      const bin = Math.min(BINS - 1, Math.floor(((v - lo) / (hi - lo + 1)) * BINS));
      s.bins[bin] = (s.bins[bin] ?? 0) + 1;
    }
    s.n += data.length;
    seen.set(value, s);
  });
  for (const f of frames) run(f);
  const maker = new Map(graph.nodes.flatMap((n) => n.outputs.map((v) => [v, n.op] as const)));
  // A reshape has the values of what it reshapes.
  return [...seen]
    .filter(([name]) => maker.get(name) !== 'reshape')
    .map(([name, { least, most, bins, n }]) => {
      const type = graph.values[name];
      const { lo, hi } = type ? elemRange(type.elem) : { lo: 0, hi: 0 };
      return {
        name,
        made: maker.get(name) ?? 'input',
        type: type ? elemName(type.elem) : '',
        shape: type?.shape.join(' × ') ?? '',
        lo,
        hi,
        least,
        most,
        histogram: Array.from(bins, (b) => b / Math.max(1, n)),
      };
    });
}
