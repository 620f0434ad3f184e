import type { Const, Graph, Node, ValueType } from './graph.ts';

/** What a rewrite puts in the place of one node. */
export interface Replacement {
  readonly nodes: readonly Node[];
  /** Types of the new values. */
  readonly values?: { readonly [name: string]: ValueType };
  readonly consts?: { readonly [name: string]: Const };
  /** Values that no longer exist → the values that take their place (also at the output ports). */
  readonly rename?: { readonly [old: string]: string };
}

/**
 * Rewrites a graph node by node: `rewrite` answers undefined to keep a node. Values and constants that nothing uses any
 * more are dropped, renames are followed through. The same graph object comes back when nothing changed.
 */
export function rewriteNodes(graph: Graph, rewrite: (node: Node) => Replacement | undefined): Graph {
  const nodes: Node[] = [];
  const values: Record<string, ValueType> = { ...graph.values };
  const consts: Record<string, Const> = { ...graph.consts };
  const rename = new Map<string, string>();
  const resolve = (v: string): string => {
    let at = v;
    for (let to = rename.get(at); to !== undefined; to = rename.get(at)) at = to;
    return at;
  };
  const relink = (n: Node): Node => (n.inputs.some((v) => rename.has(v)) ? { ...n, inputs: n.inputs.map(resolve) } : n);
  let changed = false;
  for (const old of graph.nodes) {
    const node = relink(old);
    const r = rewrite(node);
    if (!r) {
      nodes.push(node);
      continue;
    }
    changed = true;
    nodes.push(...r.nodes.map(relink));
    Object.assign(values, r.values);
    Object.assign(consts, r.consts);
    for (const [from, to] of Object.entries(r.rename ?? {})) rename.set(from, to);
  }
  if (!changed) return graph;
  const outputs = graph.outputs.map((p) => (rename.has(p.value) ? { ...p, value: resolve(p.value) } : p));
  return prune({ ...graph, outputs, nodes, values, consts });
}

/** Drops values and constants that no node and no port names, and nodes that no output needs. */
export function prune(graph: Graph): Graph {
  const needed = new Set(graph.outputs.map((p) => p.value));
  const kept: Node[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((v) => needed.has(v))) continue;
    kept.push(node);
    for (const v of node.inputs) needed.add(v);
  }
  kept.reverse();
  for (const p of graph.inputs) needed.add(p.value);
  const usedConsts = new Set(kept.flatMap((n) => Object.values(n.consts)));
  for (const n of kept) for (const v of n.outputs) needed.add(v);
  return {
    ...graph,
    nodes: kept.length === graph.nodes.length ? graph.nodes : kept,
    values: pick(graph.values, needed),
    consts: pick(graph.consts, usedConsts),
  };
}

function pick<T>(record: { readonly [k: string]: T }, keys: ReadonlySet<string>): { readonly [k: string]: T } {
  const entries = Object.entries(record).filter(([k]) => keys.has(k));
  return entries.length === Object.keys(record).length ? record : Object.fromEntries(entries);
}

/** `base`, or `base_1`, `base_2`… if taken. */
export function freshName(taken: { readonly [name: string]: unknown } | ReadonlySet<string>, base: string): string {
  const has = (n: string): boolean => (taken instanceof Set ? taken.has(n) : Object.hasOwn(taken as object, n));
  if (!has(base)) return base;
  let i = 1;
  while (has(`${base}_${i}`)) i++;
  return `${base}_${i}`;
}
