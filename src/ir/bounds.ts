import type { Graph, Node } from './graph.ts';
import { contextOf, type OpLookup } from './lookup.ts';
import type { Bounds, OpContext, OpDef } from './op.ts';

export type BoundsMap = Map<string, Bounds>;

/** Adds the bounds of a node's outputs, from those of its inputs. */
export function analyseNode(bounds: BoundsMap, def: OpDef, node: Node, ctx: OpContext): void {
  const outputs = def.bounds(
    ctx,
    node.inputs.map((v) => bounds.get(v) ?? []),
  );
  node.outputs.forEach((v, i) => {
    bounds.set(v, outputs[i] ?? []);
  });
}

/** Sound bounds of every value, from the input ports' ranges and the actual constants, per channel where known. */
export function analyseBounds(graph: Graph, lookup: OpLookup): ReadonlyMap<string, Bounds> {
  const bounds: BoundsMap = new Map();
  for (const port of graph.inputs) bounds.set(port.value, [{ lo: port.range[0], hi: port.range[1] }]);
  for (const node of graph.nodes) {
    const def = lookup(node.op);
    if (def) analyseNode(bounds, def, node, contextOf(graph, node));
  }
  return bounds;
}
