import type { Graph, Node } from '../ir/graph.ts';

/** How many nodes and output ports read each value. */
export function consumersOf(graph: Graph): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  const use = (v: string): void => {
    uses.set(v, (uses.get(v) ?? 0) + 1);
  };
  for (const n of graph.nodes) n.inputs.forEach(use);
  for (const p of graph.outputs) use(p.value);
  return uses;
}

/** The node that alone reads a value; undefined where there are several, none, or an output port. */
export function onlyReaderOf(graph: Graph, value: string | undefined): Node | undefined {
  if (graph.outputs.some((p) => p.value === value)) return undefined;
  const [reader, ...others] = graph.nodes.filter((n) => n.inputs.some((v) => v === value));
  return others.length > 0 ? undefined : reader;
}
