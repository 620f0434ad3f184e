import type { Graph, ValueType } from '../ir/graph.ts';
import type { OpContext } from '../ir/op.ts';
import { contextOf, kernelOf } from '../kernels/context.ts';

/** Depth of a FIFO that only breaks the path of `ready`: full throughput takes two places. */
export const MIN_DEPTH = 2;

/** A number of lanes reachable from both: the least common multiple where frames divide into it, else the divisor. */
export function between(a: number, b: number, size: number): number {
  const gcd = (x: number, y: number): number => (y === 0 ? x : gcd(y, x % y));
  const g = gcd(a, b);
  const lcm = (a / g) * b;
  return size % lcm === 0 ? lcm : g;
}

/**
 * The graph with the lanes of every stream as its producer's folding makes them. Input ports take the lanes that their
 * first reader asks for. Readers may still ask for other lanes: width converters come later.
 */
export function withLanes(graph: Graph): Graph {
  const values: Record<string, ValueType> = { ...graph.values };
  const set = (v: string, lanes: number): void => {
    const t = values[v];
    if (t) values[v] = { ...t, lanes };
  };
  for (const port of graph.inputs) {
    const reader = graph.nodes.find((n) => n.inputs.includes(port.value));
    if (!reader) continue;
    const at = reader.inputs.indexOf(port.value);
    set(port.value, kernelOf(reader).inputLanes(contextOf({ ...graph, values }, reader))[at] ?? 1);
  }
  for (const node of graph.nodes) {
    const ctx = contextOf({ ...graph, values }, node);
    const def = kernelOf(node);
    // A kernel sees its inputs at the lanes that it demands.
    const demanded = def.inputLanes(ctx);
    const seen: OpContext = { ...ctx, inputs: ctx.inputs.map((t, i) => ({ ...t, lanes: demanded[i] ?? 1 })) };
    const lanes = def.lanes(seen);
    node.outputs.forEach((v, i) => {
      set(v, lanes[i] ?? 1);
    });
  }
  return { ...graph, values };
}
