import type { Graph, Node } from './graph.ts';
import type { OpContext, OpDef } from './op.ts';

/** Finds the definition of a node's op; the registries of ops and kernels are joined above this layer. */
export type OpLookup = (kind: string) => OpDef | undefined;

/** What the op's functions need to know of one node of the graph. */
export function contextOf(graph: Graph, node: Node): OpContext {
  const consts: Record<string, Graph['consts'][string]> = {};
  for (const [role, name] of Object.entries(node.consts)) {
    const c = graph.consts[name];
    if (c) consts[role] = c;
  }
  return {
    attrs: node.attrs,
    inputs: node.inputs.map((v) => graph.values[v] ?? { shape: [], elem: { kind: 'int', bits: 1 } }),
    consts,
  };
}
