import type { HostTensor } from '../host/tensor.ts';
import type { OnnxGraph, OnnxNode } from '../import/onnx/load.ts';
import { numel } from '../num/tensor.ts';
import type { Tensors } from './network.ts';

/** A product with constant weights: what bit widths are chosen for. */
export interface Layer {
  readonly name: string;
  readonly op: string;
  /** The tensor of its weights, and the axis of their output channels (undefined: one scale for all). */
  readonly weights: string;
  readonly channels: number | undefined;
  /** The tensor that its data comes from, where that is quantised. */
  readonly site: string;
  /** Multiplications per frame. */
  readonly macs: number;
}

/** Tensors that are quantised with one scale, because they meet in an addition or a concatenation. */
export interface Group {
  readonly tensors: readonly string[];
  /** Whether a model's input is among them. */
  readonly input: boolean;
}

export interface Sites {
  readonly layers: readonly Layer[];
  readonly groups: readonly Group[];
}

/** Where the weights of a product stand, and the axis of their output channels. */
const WEIGHTS: { readonly [op: string]: (node: OnnxNode, w: HostTensor) => number | undefined } = {
  Conv: () => 0,
  ConvTranspose: (node) => ((node.attrs['group'] ?? 1) === 1 ? 1 : undefined),
  Gemm: (node) => (node.attrs['transB'] === 1 ? 0 : 1),
  MatMul: (_, w) => (w.shape.length === 2 ? 1 : undefined),
};

/** Operators that only move numbers, or pick some: a quantiser may stand before them as well as behind. */
const MOVES: ReadonlySet<string> = new Set([
  'MaxPool',
  'GlobalMaxPool',
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Transpose',
  'Identity',
  'Dropout',
  'DepthToSpace',
  'SpaceToDepth',
  'Slice',
  'Resize',
  'Upsample',
  'Split',
  'Gather',
]);

/** Operators whose operands must have one scale to meet as integers. */
const MEETS: ReadonlySet<string> = new Set(['Add', 'Sub', 'Sum', 'Concat']);

/** Operators that take integers of few bits, unless all that follows is left to the host. */
const TAKES_FEW: ReadonlySet<string> = new Set([
  'Mul',
  'AveragePool',
  'GlobalAveragePool',
  'ReduceMean',
  'Softmax',
  'LayerNormalization',
  'Gelu',
  'FastGelu',
  'HardSwish',
  'Mish',
  'Swish',
]);

/**
 * Finds where quantisers belong in a float network: on the data of every product, and on what meets in sums, pools and
 * the like, as long as a product follows. What comes behind the last product stays real. `env` holds the tensors of one frame.
 */
export function findSites(onnx: OnnxGraph, consts: Tensors, env: Tensors): Sites {
  const dynamic = (name: string): boolean => name !== '' && !consts.has(name);
  const makers = new Map(onnx.nodes.flatMap((n) => n.outputs.map((o) => [o, n] as const)));
  /** The tensor that a quantiser stands on so that `name` is quantised. */
  const rootOf = (name: string): string => {
    const maker = makers.get(name);
    const from = maker?.inputs[0] ?? '';
    return maker && MOVES.has(maker.op) && dynamic(from) ? rootOf(from) : name;
  };
  const isProduct = (n: OnnxNode): boolean => n.op in WEIGHTS && n.inputs.slice(0, 2).some(dynamic);
  const before = followedBy(onnx, isProduct);
  const layers: Layer[] = [];
  const groups = new Disjoint();
  for (const node of onnx.nodes) {
    const data = node.inputs.filter(dynamic);
    if (data.length === 0) continue;
    const [x = '', w = ''] = node.inputs;
    if (isProduct(node)) {
      for (const name of [x, w]) if (dynamic(name)) groups.join(rootOf(name));
      const fixed = consts.get(w) ?? consts.get(x);
      const out = env.get(node.outputs[0] ?? '');
      if (fixed && out) layers.push(layerOf(node, consts, rootOf(data[0] ?? ''), fixed, out));
    } else if (before.has(node) && MEETS.has(node.op) && data.length > 1) groups.join(...data.map(rootOf));
    else if (before.has(node) && TAKES_FEW.has(node.op) && (node.op !== 'Mul' || data.length > 1))
      for (const name of data) groups.join(rootOf(name));
  }
  const inputs = new Set(onnx.inputs.map((i) => i.name));
  return {
    layers,
    groups: groups.sets().map((tensors) => ({ tensors, input: tensors.some((t) => inputs.has(t)) })),
  };
}

function layerOf(node: OnnxNode, consts: Tensors, site: string, w: HostTensor, out: HostTensor): Layer {
  const right = consts.has(node.inputs[1] ?? '');
  const channels = right ? WEIGHTS[node.op]?.(node, w) : undefined;
  const outputs = channels === undefined ? (w.shape.at(right ? -1 : 0) ?? 1) : (w.shape[channels] ?? 1);
  const perOutput = numel(w.shape) / outputs;
  // A transposed convolution takes each input through all weights of its channel.
  const macs =
    node.op === 'ConvTranspose' ? (numel(out.shape) * perOutput) / strides(node) : numel(out.shape) * perOutput;
  return { name: node.name, op: node.op, weights: node.inputs[right ? 1 : 0] ?? '', channels, site, macs };
}

const strides = (node: OnnxNode): number =>
  Array.isArray(node.attrs['strides']) ? node.attrs['strides'].map(Number).reduce((a, b) => a * b, 1) : 1;

/** The nodes behind which some node with `property` still comes. */
function followedBy(onnx: OnnxGraph, property: (n: OnnxNode) => boolean): ReadonlySet<OnnxNode> {
  const wanted = new Set<string>();
  const found = new Set<OnnxNode>();
  for (const node of [...onnx.nodes].reverse()) {
    if (node.outputs.some((o) => wanted.has(o))) found.add(node);
    if (found.has(node) || property(node)) for (const name of node.inputs) wanted.add(name);
  }
  return found;
}

/** Sets of names that grow together (union–find), in the order in which they were first named. */
class Disjoint {
  private readonly parent = new Map<string, string>();

  join(...names: readonly string[]): void {
    for (const name of names) if (!this.parent.has(name)) this.parent.set(name, name);
    const [first, ...rest] = names.map((n) => this.find(n));
    for (const other of rest)
      if (first !== undefined && other !== first) this.parent.set(this.find(other), this.find(first));
  }

  sets(): string[][] {
    const sets = new Map<string, string[]>();
    for (const name of this.parent.keys()) {
      const root = this.find(name);
      sets.set(root, [...(sets.get(root) ?? []), name]);
    }
    return [...sets.values()];
  }

  private find(name: string): string {
    const up = this.parent.get(name);
    return up === undefined || up === name ? name : this.find(up);
  }
}
