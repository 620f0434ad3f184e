import { analyseBounds } from '../../ir/bounds.ts';
import { freshName, type Replacement, rewriteNodes } from '../../ir/edit.ts';
import type { Graph, Node, ValueType } from '../../ir/graph.ts';
import { contextOf } from '../../ir/lookup.ts';
import { type Bounds, hull } from '../../ir/op.ts';
import { tensorOps } from '../../ir/ops/index.ts';
import { packPipeline } from '../../kernels/unrolled/pack.ts';
import { NetlistBuilder } from '../../netlist/builder.ts';
import { prune } from '../../netlist/prune.ts';
import type { Interval } from '../../num/elem.ts';
import { numel } from '../../num/tensor.ts';
import { definePass, type PassContext } from '../pass.ts';
import { onlyReaderOf } from '../uses.ts';
import { inputTerms, outputValue } from './edges.ts';
import { type Reader, readerOf, UNROLLED } from './ops.ts';
import type { Term } from './term.ts';

/** Products with constants, which a circuit makes without multipliers, and what may follow them element by element. */
const PRODUCTS: ReadonlySet<string> = new Set(['dense', 'depthwise']);
const BEHIND: ReadonlySet<string> = new Set(['requantise', 'thresholds', 'table']);

/** The most weights of one circuit: the optimiser takes a minute for as many. */
const MOST_WEIGHTS = 2 ** 17;

/** Multipliers that are shared by more than so many products cost less than a circuit that idles meanwhile. */
const MOST_IDLE = 8;

const typeOf = (graph: Graph, value: string | undefined): ValueType => graph.values[value ?? ''] as ValueType;

/** Positions of an image, or rows of a sequence: everything but the last axis of what a product gives. */
const positionsOf = (graph: Graph, node: Node): number => {
  const { shape } = typeOf(graph, node.outputs[0]);
  return numel(shape) / (shape.at(-1) ?? 1);
};

/** The pixels of the largest image, or the interval that is asked for: how long every kernel has for a frame. */
function intervalOf(graph: Graph, targetIi = 0): number {
  const pixels = Object.values(graph.values).map(({ shape }) => (shape.length > 2 ? numel(shape.slice(0, 2)) : 1));
  return Math.max(targetIi, ...pixels);
}

/** A product and what alone follows it. */
function chainFrom(graph: Graph, head: Node): Node[] {
  const chain = [head];
  for (;;) {
    const next = onlyReaderOf(graph, chain.at(-1)?.outputs[0]);
    if (!next || !BEHIND.has(next.op)) return chain;
    chain.push(next);
  }
}

/** The ranges of the elements of one position. */
function rangesOf(bounds: Bounds, lanes: number): Interval[] {
  return Array.from({ length: lanes }, (_, i) => (bounds.length === lanes ? (bounds[i] as Interval) : hull(bounds)));
}

/** The longest beginning of a chain that has a form as a circuit, as one kernel; undefined where not even the product has. */
function circuitOf(
  graph: Graph,
  chain: readonly Node[],
  bounds: Bounds,
  prefix: string,
  solver: PassContext['solver'],
) {
  const [head] = chain as [Node];
  const beats = positionsOf(graph, head);
  const input = typeOf(graph, head.inputs[0]);
  const b = new NetlistBuilder();
  let terms: readonly Term[] = inputTerms(b, 'x', input.elem, rangesOf(bounds, numel(input.shape) / beats));
  const taken: Node[] = [];
  for (const [i, node] of chain.entries()) {
    const next = chain[i + 1];
    const reader: Reader = next ? readerOf(contextOf(graph, next), next.op) : () => undefined;
    const made = UNROLLED[node.op]?.(b, contextOf(graph, node), [terms], {
      reader,
      parameters: () => undefined,
      solver,
    });
    if (!made) break;
    terms = made;
    taken.push(node);
  }
  const last = taken.at(-1);
  if (!last) return undefined;
  const { elem } = typeOf(graph, last.outputs[0]);
  for (const t of terms) b.output('y', outputValue(b, t, elem));
  const net = prune(b.finish(head.name));
  const consts = Object.entries(packPipeline({ net, stage: new Int32Array(net.op.length), stages: 1, parameters: [] }));
  const node: Node = {
    name: head.name,
    op: 'unrolled',
    attrs: { beats, stages: 1, lanes: [terms.length], tmr: false, chain: [] },
    inputs: head.inputs,
    consts: Object.fromEntries(consts.map(([role]) => [role, `${prefix}.${role}`])),
    outputs: last.outputs,
    origin: [...new Set(taken.flatMap((n) => n.origin))],
  };
  return { node, taken, consts: Object.fromEntries(consts.map(([role, c]) => [`${prefix}.${role}`, c])) };
}

/** A product with constants at many positions, and what follows it, as one circuit that takes a position per cycle. */
export const unrollPixels = definePass({
  name: 'unroll-pixels',
  summary:
    'Makes a circuit of shift-adds of each product with constants that meets many positions, a position per beat.',
  level: 'tensor',
  open: true,
  run: (graph, { config, decide, solver }) => {
    const interval = intervalOf(graph, config.targetIi);
    const bounds = analyseBounds(graph, (kind) => tensorOps.get(kind));
    const made = new Map<string, Replacement>();
    for (const head of graph.nodes) {
      if (!PRODUCTS.has(head.op) || positionsOf(graph, head) < 2) continue;
      const idle = interval / positionsOf(graph, head);
      if (idle > MOST_IDLE) {
        decide(head.name, 'multipliers', `a circuit would work in one of ${Math.floor(idle)} cycles`);
        continue;
      }
      const weights = numel(graph.consts[head.consts['weight'] ?? '']?.shape ?? []);
      if (weights > MOST_WEIGHTS) {
        decide(head.name, 'multipliers', `${weights} weights are more than the ${MOST_WEIGHTS} of one circuit`);
        continue;
      }
      const prefix = freshName(graph.consts, `${head.name}.circuit`);
      const circuit = circuitOf(graph, chainFrom(graph, head), bounds.get(head.inputs[0] ?? '') ?? [], prefix, solver);
      if (!circuit) continue;
      for (const n of circuit.taken) made.set(n.name, { nodes: [] });
      made.set(head.name, { nodes: [circuit.node], consts: circuit.consts });
      const { beats } = circuit.node.attrs;
      decide(
        head.name,
        `one circuit with ${
          circuit.taken
            .slice(1)
            .map((n) => n.name)
            .join(', ') || 'nothing else'
        }`,
        `${weights} weights at ${beats} positions`,
      );
    }
    return rewriteNodes(graph, (node) => made.get(node.name));
  },
});
