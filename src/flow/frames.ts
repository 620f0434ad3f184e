import type { Graph, InputPort } from '../ir/graph.ts';
import { interpreter } from '../ir/interpret.ts';
import { lookupFor } from '../kernels/lookup.ts';
import { allocate, type IntTensor, joined, numel } from '../num/tensor.ts';
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

/** A number from 0 to below 1, drawn anew at each call. */
type Draw = () => number;

/**
 * How a frame's elements are spread over the range, as positions from 0 to below 1. Uniform noise alone averages out in
 * a layer's sums, and much of a network never moves: frames at the ends, sparse ones and ones around a level move more.
 */
const PATTERNS: readonly ((next: Draw) => Draw)[] = [
  (next) => next,
  (next) => () => (next() < 0.5 ? 0 : ALMOST_ONE),
  (next) => () => (next() < 0.85 ? 0 : next()),
  (next) => {
    const [level, width] = [next(), 0.3 * next()];
    return () => Math.min(Math.max(level + width * (next() - 0.5), 0), ALMOST_ONE);
  },
];
const ALMOST_ONE = 1 - 2 ** -32;

/** Frames of integers over the whole range of every input: all least, all greatest, then random ones of each pattern. */
export function randomFrames(graph: Graph, n: number, seed: number): Frame[] {
  const next = generator(seed);
  const pattern = (frame: number): Draw => {
    if (frame < 2) return () => (frame === 0 ? 0 : ALMOST_ONE);
    return (PATTERNS[(frame - 2) % PATTERNS.length] ?? ((same) => same))(next);
  };
  const element = ({ range: [lo, hi], value }: InputPort): ((at: number) => number) =>
    graph.values[value]?.elem.kind === 'bipolar'
      ? (at) => (at < 0.5 ? -1 : 1)
      : (at) => lo + Math.floor(at * (hi - lo + 1));
  return Array.from({ length: n }, (_, frame) => {
    return new Map(
      graph.inputs.map((port) => {
        const type = graph.values[port.value];
        const shape = type?.shape ?? [];
        const data = allocate(numel(shape), type?.elem ?? { kind: 'int', bits: 32 });
        const [draw, at] = [pattern(frame), element(port)];
        for (let i = 0; i < data.length; i++) data[i] = at(draw());
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
  return joined(frames.map((f) => f.get(port)?.data ?? new Int32Array(0)));
}
