import type { Graph } from '../ir/graph.ts';

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
