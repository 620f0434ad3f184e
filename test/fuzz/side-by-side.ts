/** Many kernel graphs in one design: one compilation serves them all. */
import type { Graph, Node } from '../../src/ir/graph.ts';

const renamed = <T>(record: { readonly [name: string]: T }, of: (name: string) => string): { [name: string]: T } =>
  Object.fromEntries(Object.entries(record).map(([name, v]) => [of(name), v]));

/** Every name of a graph behind a prefix. */
function prefixed(graph: Graph, prefix: string): Graph {
  const of = (name: string): string => `${prefix}_${name}`;
  const port = <P extends { readonly name: string; readonly value: string }>(p: P): P => ({
    ...p,
    name: of(p.name),
    value: of(p.value),
  });
  const node = (n: Node): Node => ({
    ...n,
    name: of(n.name),
    inputs: n.inputs.map(of),
    outputs: n.outputs.map(of),
    consts: Object.fromEntries(Object.entries(n.consts).map(([role, c]) => [role, of(c)])),
  });
  return {
    ...graph,
    inputs: graph.inputs.map(port),
    outputs: graph.outputs.map(port),
    nodes: graph.nodes.map(node),
    values: renamed(graph.values, of),
    consts: renamed(graph.consts, of),
  };
}

/** Graphs by their prefixes, none of which begins another. Ports are in the order of the graphs. */
export function sideBySide(graphs: readonly (readonly [prefix: string, graph: Graph])[]): Graph {
  const parts = graphs.map(([prefix, graph]) => prefixed(graph, prefix));
  return {
    name: 'bench',
    level: 'kernel',
    inputs: parts.flatMap((p) => p.inputs),
    outputs: parts.flatMap((p) => p.outputs),
    nodes: parts.flatMap((p) => p.nodes),
    values: Object.assign({}, ...parts.map((p) => p.values)),
    consts: Object.assign({}, ...parts.map((p) => p.consts)),
  };
}
