import type { Graph, InputPort } from '../ir/graph.ts';
import { interpreter } from '../ir/interpret.ts';
import { lookupFor } from '../kernels/lookup.ts';
import { allocate, type IntTensor, numel } from '../num/tensor.ts';
import type { Frame } from '../run/frames.ts';

/** A small fast generator (mulberry32). */
function generator(seed: number): () => number {
  let s = seed >>> 0;
  return () => {
    s = (s + 0x6d2b79f5) >>> 0;
    let t = s;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Frames of integers over the whole range of every input: all least, all greatest, then uniform. */
export function randomFrames(graph: Graph, n: number, seed: number): Frame[] {
  const next = generator(seed);
  const draw = (port: InputPort, frame: number): number => {
    const [lo, hi] = port.range;
    const bipolarOnly = graph.values[port.value]?.elem.kind === 'bipolar';
    if (frame === 0) return lo;
    if (frame === 1) return hi;
    if (bipolarOnly) return next() < 0.5 ? -1 : 1;
    return lo + Math.floor(next() * (hi - lo + 1));
  };
  return Array.from({ length: n }, (_, frame) => {
    return new Map(
      graph.inputs.map((port) => {
        const type = graph.values[port.value];
        const shape = type?.shape ?? [];
        const data = allocate(numel(shape), type?.elem ?? { kind: 'int', bits: 32 });
        for (let i = 0; i < data.length; i++) data[i] = draw(port, frame);
        return [port.name, { shape, data } satisfies IntTensor] as const;
      }),
    );
  });
}

/** The results of a graph on frames. */
export function execute(graph: Graph, frames: readonly Frame[]): Frame[] {
  const run = interpreter(graph, lookupFor(graph.level));
  return frames.map((f) => run(f));
}

/** All frames of one port, one after the other. */
export function concatenated(frames: readonly Frame[], port: string): Float64Array {
  const parts = frames.map((f) => f.get(port)?.data ?? new Int32Array(0));
  const out = new Float64Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}
