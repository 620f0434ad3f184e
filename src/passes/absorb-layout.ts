import { prune } from '../ir/edit.ts';
import type { Graph, InputPort, Layout, Node, OutputPort, ValueType } from '../ir/graph.ts';
import { channelsOf } from '../num/scalar/check.ts';
import { definePass } from './pass.ts';
import { consumersOf } from './uses.ts';

/**
 * A common refinement of two factorisations of one extent: for each factor of either, the indices of the finer factors
 * that make it up. Undefined where neither divides the other.
 */
function refine(
  a: readonly number[],
  b: readonly number[],
): { sizes: number[]; a: number[][]; b: number[][] } | undefined {
  const sizes: number[] = [];
  const groups = { a: a.map((): number[] => []), b: b.map((): number[] => []) };
  let [i, j] = [a.length - 1, b.length - 1];
  let [x, y] = [a[i] ?? 1, b[j] ?? 1];
  while (i >= 0 && j >= 0) {
    const size = Math.min(x, y);
    if (x % size !== 0 || y % size !== 0) return undefined;
    groups.a[i]?.unshift(sizes.length);
    groups.b[j]?.unshift(sizes.length);
    sizes.push(size);
    x /= size;
    y /= size;
    if (x === 1) x = a[--i] ?? 1;
    if (y === 1) y = b[--j] ?? 1;
  }
  return i < 0 && j < 0 ? { sizes, ...groups } : undefined;
}

const permuted = (shape: readonly number[], perm: readonly number[]): number[] => perm.map((p) => shape[p] as number);

/** The model's tensor in finer axes (in its own order), and how memory orders these. */
function layoutOf(axes: readonly (readonly number[])[], memory: readonly number[], sizes: readonly number[]): Layout {
  const order = axes.flat();
  return { shape: order.map((k) => sizes[k] as number), perm: memory.map((k) => order.indexOf(k)) };
}

type Reorder = { readonly shape: readonly number[]; readonly perm: readonly number[] };
const ones = (v: readonly number[]): number[] => v.filter((d) => d !== 1);

/** Axes of extent 1 say nothing about order. */
function squeezed({ shape, perm }: Reorder): Reorder {
  const keep = shape.map((_, i) => i).filter((i) => shape[i] !== 1);
  return { shape: ones(shape), perm: perm.filter((p) => shape[p] !== 1).map((p) => keep.indexOf(p)) };
}

/** The layout of an input port whose memory then goes through a reorder. */
function behindInput(port: Layout, node: Reorder): Layout | undefined {
  const [l, r] = [squeezed(port), squeezed(node)];
  const fine = refine(permuted(l.shape, l.perm), r.shape);
  if (!fine) return undefined;
  const axes = l.shape.map((_, axis) => fine.a[l.perm.indexOf(axis)] ?? []);
  return layoutOf(
    axes,
    r.perm.flatMap((p) => fine.b[p] ?? []),
    fine.sizes,
  );
}

/** The layout of an output port whose memory comes out of a reorder, at the reorder's input. */
function beforeOutput(port: Layout, node: Reorder): Layout | undefined {
  const [l, r] = [squeezed(port), squeezed(node)];
  const fine = refine(permuted(l.shape, l.perm), permuted(r.shape, r.perm));
  if (!fine) return undefined;
  const axes = l.shape.map((_, axis) => fine.a[l.perm.indexOf(axis)] ?? []);
  return layoutOf(
    axes,
    r.shape.flatMap((_, i) => fine.b[r.perm.indexOf(i)] ?? []),
    fine.sizes,
  );
}

const uniform = (steps: InputPort['steps']): boolean => channelsOf(steps) === 1;

/** One reorder or reshape that touches a port alone: it becomes part of the port's layout. */
function absorbOne(graph: Graph): Graph {
  const uses = consumersOf(graph);
  const once = (v: string): boolean => uses.get(v) === 1;
  const only = (v: string, of: 'input' | 'output'): Node | undefined =>
    graph.nodes.find(
      (n) => (n.op === 'reorder' || n.op === 'reshape') && (of === 'input' ? n.inputs[0] : n.outputs[0]) === v,
    );
  for (const port of graph.inputs) {
    const node = only(port.value, 'input');
    const out = node?.outputs[0];
    if (!node || !out || !once(port.value)) continue;
    const same = node.op === 'reshape' && (uniform(port.steps) || sameChannels(graph, node));
    const layout = same
      ? port.layout
      : uniform(port.steps) && node.op === 'reorder'
        ? behindInput(port.layout, node.attrs as Reorder)
        : undefined;
    if (!layout) continue;
    const type = { ...(graph.values[out] as ValueType), elem: (graph.values[port.value] as ValueType).elem };
    const inputs = graph.inputs.map((p): InputPort => (p === port ? { ...p, layout, value: out } : p));
    return prune({
      ...graph,
      inputs,
      nodes: graph.nodes.filter((n) => n !== node),
      values: { ...graph.values, [out]: type },
    });
  }
  for (const port of graph.outputs) {
    const node = only(port.value, 'output');
    const from = node?.inputs[0];
    if (!node || from === undefined || !once(port.value) || !uniform(port.steps)) continue;
    const layout = node.op === 'reshape' ? port.layout : beforeOutput(port.layout, node.attrs as Reorder);
    if (!layout) continue;
    const outputs = graph.outputs.map((p): OutputPort => (p === port ? { ...p, layout, value: from } : p));
    return prune({ ...graph, outputs, nodes: graph.nodes.filter((n) => n !== node) });
  }
  return graph;
}

function sameChannels(graph: Graph, node: Node): boolean {
  const last = (v: string | undefined): number | undefined => graph.values[v ?? '']?.shape.at(-1);
  return last(node.inputs[0]) === last(node.outputs[0]);
}

/** Permutations next to a port cost nothing: the host writes and reads the stream in the order that the hardware likes. */
export const absorbLayout = definePass({
  name: 'absorb-layout',
  summary: "Makes reorders and reshapes next to a port part of the port's layout.",
  level: 'tensor',
  run: (graph) => {
    let now = graph;
    for (let next = absorbOne(now); next !== now; next = absorbOne(now)) now = next;
    return now;
  },
});
