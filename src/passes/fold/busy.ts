import type { Attrs, Graph, Node } from '../../ir/graph.ts';
import { contextOf, kernelOf } from '../../kernels/context.ts';

/** Cycles per frame that a node is busy for. */
export function busyOf(graph: Graph, node: Node, attrs: Attrs = node.attrs): number {
  return kernelOf(node).busy(contextOf(graph, { ...node, attrs }));
}
