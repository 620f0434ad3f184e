/** Networks as lists of layers, for tools that know no graphs: a product with a matrix, scaled by a power of two, biased, cut, rounded. */
import { invariant } from '../src/diag/diagnostic.ts';
import type { Graph, Node, ValueType } from '../src/ir/graph.ts';
import { contextOf } from '../src/ir/lookup.ts';
import { tensorOps } from '../src/ir/ops/index.ts';
import { elemRange } from '../src/num/elem.ts';
import { parse, toNumber } from '../src/num/rational.ts';
import type { ScalarSteps } from '../src/num/scalar.ts';
import { allocate, numel, tensor } from '../src/num/tensor.ts';

/** y = round(clip(relu(x · W · scale + bias) · steps)); all factors are powers of two. */
export interface Layer {
  readonly rows: number;
  readonly cols: number;
  /** Row-major, a row for each output. */
  readonly weights: readonly number[];
  readonly scale: number;
  readonly bias: readonly number[];
  readonly relu: boolean;
  readonly steps: number;
  readonly rounding: string;
  readonly lo: number;
  readonly hi: number;
}

export interface Layers {
  readonly lo: number;
  readonly hi: number;
  readonly layers: readonly Layer[];
}

/** The matrix of a linear op: what it makes of each unit vector. */
function matrixOf(graph: Graph, node: Node): Pick<Layer, 'rows' | 'cols' | 'weights'> {
  const def = tensorOps.get(node.op);
  const [input, output] = [graph.values[node.inputs[0] ?? ''], graph.values[node.outputs[0] ?? '']] as [
    ValueType,
    ValueType,
  ];
  invariant(def, `no op ${node.op}`);
  const ctx = contextOf(graph, node);
  const [cols, rows] = [numel(input.shape), numel(output.shape)];
  const weights = new Array<number>(rows * cols).fill(0);
  for (let c = 0; c < cols; c++) {
    const unit = allocate(cols, input.elem);
    unit[c] = 1;
    const [y] = def.reference(ctx, [tensor(input.shape, unit)], [output]);
    y?.data.forEach((w, r) => {
      weights[r * cols + c] = w;
    });
  }
  return { rows, cols, weights };
}

const number = (text: string): number => {
  const r = parse(text);
  invariant(r, `${text} is a number`);
  return toNumber(r);
};

/** The steps behind a product; undefined where they are of another kind. */
function behind(steps: ScalarSteps, rows: number): Omit<Layer, 'rows' | 'cols' | 'weights'> | undefined {
  const [first, ...rest] = steps;
  const [relu, then, round] = rest[0]?.kind === 'leaky' ? rest : [undefined, ...rest];
  if (first?.kind !== 'affine' || then?.kind !== 'affine' || round?.kind !== 'round' || rest.length > 3)
    return undefined;
  const [scale, factor] = [first.a, then.a].map((a) => new Set(a));
  if (scale?.size !== 1 || factor?.size !== 1 || then.b.some((b) => number(b) !== 0)) return undefined;
  if (relu?.kind === 'leaky' && relu.slope.some((s) => number(s) !== 0)) return undefined;
  // Channels are the last axis.
  const bias = Array.from({ length: rows }, (_, r) => number(first.b[r % first.b.length] as string));
  return {
    scale: number(first.a[0] as string),
    bias,
    relu: relu !== undefined,
    steps: number(then.a[0] as string),
    rounding: round.mode,
    lo: round.lo,
    hi: round.hi,
  };
}

/** A product that is an output as it is. */
function plain(graph: Graph, product: Node): Omit<Layer, 'rows' | 'cols' | 'weights'> {
  const type = graph.values[product.outputs[0] ?? ''] as ValueType;
  const { lo, hi } = elemRange(type.elem);
  return { scale: 1, bias: [0], relu: false, steps: 1, rounding: 'FLOOR', lo, hi };
}

/** The layers of a chain of products and quantisers; throws where the network is anything else. */
export function layersOf(graph: Graph): Layers {
  const nodes = graph.nodes.filter((n) => n.op !== 'reshape');
  const layers: Layer[] = [];
  for (let i = 0; i < nodes.length; i += 2) {
    const [product, quantiser] = [nodes[i] as Node, nodes[i + 1]];
    const matrix = matrixOf(graph, product);
    const rest = quantiser ? behind(quantiser.attrs.steps as ScalarSteps, matrix.rows) : plain(graph, product);
    invariant(rest, `${graph.name}: ${product.name} is not followed by a scale of a power of two and a rounding`);
    layers.push({ ...matrix, ...rest });
  }
  const [input] = graph.inputs;
  invariant(input, `${graph.name} has an input`);
  return { lo: input.range[0], hi: input.range[1], layers };
}
