import { freshName, type Replacement, rewriteNodes } from '../ir/edit.ts';
import type { Attrs, Const, Graph, Node, ValueType } from '../ir/graph.ts';
import type { ConvAttrs } from '../ir/ops/conv/op.ts';
import type { PoolAttrs } from '../ir/ops/maxpool/pool.ts';
import type { ReduceKind } from '../ir/ops/reduce/arith.ts';
import { type Pads, paddedSize, positions, type Sliding, span } from '../ir/ops/window/geometry.ts';
import { contains, type ElemType, elemFor, elemRange } from '../num/elem.ts';

/**
 * Rewrites the composite ops on images into what the hardware has: `conv` → `[pad] [window] dense` (or `depthwise`),
 * `maxpool` and `sumpool` → `[pad] window reduce`, over a whole image → `globalreduce`.
 *
 * The last new node keeps the name and the output value of the old one; helpers are named after it.
 */
export function decomposeConv(graph: Graph): Graph {
  const taken = new Set([...graph.nodes.map((n) => n.name), ...Object.keys(graph.values)]);
  const consts = new Set(Object.keys(graph.consts));
  return rewriteNodes(graph, (node) => {
    const chain = new Chain(graph, node, taken);
    if (node.op === 'conv') return decompose(chain, graph, consts);
    if (node.op === 'maxpool') return pooling(chain, graph, 'max');
    if (node.op === 'sumpool') return pooling(chain, graph, 'sum');
    return undefined;
  });
}

/** The nodes that take the place of one, from its input on. */
class Chain {
  readonly node: Node;
  readonly nodes: Node[] = [];
  readonly values: Record<string, ValueType> = {};
  private at: string;
  private type: ValueType;
  private readonly taken: Set<string>;

  constructor(graph: Graph, node: Node, taken: Set<string>) {
    this.node = node;
    this.taken = taken;
    this.at = node.inputs[0] ?? '';
    this.type = graph.values[this.at] ?? { shape: [], elem: elemFor({ lo: 0, hi: 0 }) };
  }

  /** The shape of the value that the chain has come to. */
  get shape(): readonly number[] {
    return this.type.shape;
  }

  get elem(): ElemType {
    return this.type.elem;
  }

  private fresh(suffix: string): string {
    const name = freshName(this.taken, `${this.node.name}_${suffix}`);
    this.taken.add(name);
    return name;
  }

  /** A helper before the last node, named `<node>_<suffix>`. */
  add(suffix: string, op: string, attrs: Attrs, shape: readonly number[], elem: ElemType): void {
    const name = this.fresh(suffix);
    const { origin } = this.node;
    this.nodes.push({ name, op, attrs, inputs: [this.at], consts: {}, outputs: [name], origin });
    this.type = { shape, elem };
    this.values[name] = this.type;
    this.at = name;
  }

  /** The reduction of the whole image, under the old name, and a view of its `[C]` as the old output's `[1, 1, C]`. */
  reduceImage(result: ValueType, kind: ReduceKind): void {
    const { name, outputs, origin } = this.node;
    const channels = this.fresh('channels');
    this.nodes.push({
      name,
      op: 'globalreduce',
      attrs: { kind },
      inputs: [this.at],
      consts: {},
      outputs: [channels],
      origin,
    });
    this.values[channels] = { shape: result.shape.slice(-1), elem: result.elem };
    const { shape } = result;
    const view = this.fresh('view');
    this.nodes.push({ name: view, op: 'reshape', attrs: { shape }, inputs: [channels], consts: {}, outputs, origin });
  }

  /** The last node: it has the name and the output of the old one. */
  finish(op: string, attrs: Attrs, consts: Node['consts'] = {}): void {
    const { name, outputs, origin } = this.node;
    this.nodes.push({ name, op, attrs, inputs: [this.at], consts, outputs, origin });
  }
}

function addPad(chain: Chain, pads: Pads, value: number): void {
  if (pads.every((p) => p === 0)) return;
  const [h = 0, w = 0, c = 0] = chain.shape;
  const range = elemRange(chain.elem);
  // A bipolar element has no zero between its two values.
  const fits = contains(range, { lo: value, hi: value }) && (chain.elem.kind !== 'bipolar' || value !== 0);
  const elem = fits ? chain.elem : elemFor({ lo: Math.min(range.lo, value), hi: Math.max(range.hi, value) });
  chain.add('pad', 'pad', { pads, value }, [...paddedSize(h, w, pads), c], elem);
}

function addWindow(
  chain: Chain,
  { kernel, stride, dilation }: Sliding,
  groups: number,
  order: 'dense' | 'depthwise',
): void {
  const [h = 0, w = 0, c = 0] = chain.shape;
  const taps = kernel[0] * kernel[1];
  const size = positions(h, w, { kernel, stride, dilation });
  const shape = [...size, ...(order === 'dense' ? [taps * c] : [taps, c])];
  chain.add('swg', 'window', { kernel, stride, dilation, groups, order }, shape, chain.elem);
}

const isPointwise = ({ kernel, stride }: Sliding): boolean => [...kernel, ...stride].every((n) => n === 1);

function decompose(chain: Chain, graph: Graph, taken: Set<string>): Replacement {
  const { node } = chain;
  const attrs = node.attrs as ConvAttrs;
  const { groups } = attrs;
  const weight = graph.consts[node.consts['weight'] ?? ''] as Const;
  const [rows = 0, kh = 0, kw = 0, depth = 0] = weight.shape;
  const [, , channels = 0] = chain.shape;
  addPad(chain, attrs.pads, attrs.padValue);

  const name = freshName(taken, `${node.name}.matrix`);
  taken.add(name);
  // Rows of the weights lie as the window does, (kh, kw, channels of the group): the matrix is a view of them.
  const matrix: Const = { ...weight, shape: [rows, kh * kw * depth] };
  if (groups > 1 && groups === channels && groups === rows) {
    addWindow(chain, attrs, 1, 'depthwise');
    chain.finish('depthwise', {}, { weight: name });
  } else {
    if (!isPointwise(attrs)) addWindow(chain, attrs, groups, 'dense');
    chain.finish('dense', { groups }, { weight: name });
  }
  return { nodes: chain.nodes, values: chain.values, consts: { [name]: matrix } };
}

function pooling(chain: Chain, graph: Graph, kind: ReduceKind): Replacement {
  const attrs = chain.node.attrs as PoolAttrs;
  addPad(chain, attrs.pads, attrs.padValue);
  const [h = 0, w = 0] = chain.shape;
  const [spanH, spanW] = span(attrs);
  if (attrs.kernel[0] === h && attrs.kernel[1] === w && spanH === h && spanW === w) {
    chain.reduceImage(graph.values[chain.node.outputs[0] ?? ''] as ValueType, kind);
  } else {
    addWindow(chain, attrs, 1, 'depthwise');
    chain.finish('reduce', { kind });
  }
  return { nodes: chain.nodes, values: chain.values };
}
