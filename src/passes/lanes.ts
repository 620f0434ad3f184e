import type { Graph, ValueType } from '../ir/graph.ts';
import type { OpContext } from '../ir/op.ts';
import { contextOf, kernelOf } from '../kernels/context.ts';

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
