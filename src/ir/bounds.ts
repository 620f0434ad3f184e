import type { Graph } from './graph.ts';
import { contextOf, type OpLookup } from './lookup.ts';
import type { Bounds } from './op.ts';

/** Sound bounds of every value, from the input ports' ranges and the actual constants, per channel where known. */
export function analyseBounds(graph: Graph, lookup: OpLookup): ReadonlyMap<string, Bounds> {
  const bounds = new Map<string, Bounds>();
  for (const port of graph.inputs) bounds.set(port.value, [{ lo: port.range[0], hi: port.range[1] }]);
  for (const node of graph.nodes) {
    const def = lookup(node.op);
    const inputs = node.inputs.map((v) => bounds.get(v) ?? []);
    const outputs = def?.bounds(contextOf(graph, node), inputs) ?? [];
    node.outputs.forEach((v, i) => {
      bounds.set(v, outputs[i] ?? []);
    });
  }
  return bounds;
}
