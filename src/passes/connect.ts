import { freshName } from '../ir/edit.ts';
import type { Graph, Node, OutputPort, ValueType } from '../ir/graph.ts';
import { contextOf, kernelOf } from '../kernels/context.ts';
import { MAX_COPIES } from '../kernels/fork/kernel.ts';
import { numel } from '../num/tensor.ts';
import { between, MIN_DEPTH } from './lanes.ts';
import { definePass } from './pass.ts';

class Wiring {
  readonly nodes: Node[] = [];
  readonly values: Record<string, ValueType>;
  private readonly names: Set<string>;

  constructor(graph: Graph) {
    this.values = { ...graph.values };
    this.names = new Set([...Object.keys(graph.values), ...graph.nodes.map((n) => n.name)]);
  }

  /** Adds a plumbing node on a stream; its outputs have the stream's type at `lanes`. */
  plumb(op: string, base: string, from: string, attrs: Node['attrs'], lanes: number, copies = 1): string[] {
    const name = this.fresh(base);
    const type = this.values[from] as ValueType;
    const outputs = copies === 1 ? [name] : Array.from({ length: copies }, (_, i) => this.fresh(`${name}_${i}`));
    for (const o of outputs) this.values[o] = { ...type, lanes };
    this.nodes.push({ name, op, attrs, inputs: [from], consts: {}, outputs, origin: [] });
    return outputs;
  }

  /** `n` copies of a stream: one fork, or a tree of forks where they are too many for one. */
  branches(base: string, from: string, n: number): string[] {
    if (n === 1) return [from];
    const copies = Math.min(n, MAX_COPIES);
    const input = this.fifo(`${base}_fifo`, from);
    const forked = this.plumb('fork', `${base}_fork`, input, { copies }, lanesOf(this.values[from]), copies);
    return forked.flatMap((stream, i) => this.branches(stream, stream, Math.ceil((n - i) / copies)));
  }

  fifo(base: string, from: string): string {
    return this.plumb('fifo', base, from, { depth: MIN_DEPTH }, lanesOf(this.values[from]))[0] ?? from;
  }

  /** Width converters between two numbers of lanes: one for a whole ratio, two over a common multiple or divisor. */
  convert(base: string, from: string, to: number): string {
    const lanes = lanesOf(this.values[from]);
    if (lanes === to) return from;
    const whole = lanes % to === 0 || to % lanes === 0;
    const mid = whole ? to : between(lanes, to, numel(this.values[from]?.shape ?? []));
    const first =
      this.plumb('dwc', `${base}_dwc`, this.fifo(`${base}_fifo`, from), { from: lanes, to: mid }, mid)[0] ?? from;
    return mid === to ? first : this.convert(base, first, to);
  }

  private fresh(base: string): string {
    const n = freshName(this.names, base);
    this.names.add(n);
    return n;
  }
}

const lanesOf = (t: ValueType | undefined): number => t?.lanes ?? 1;

/**
 * Makes a network of streams: a fork where a value has several readers, width converters where lanes differ, and a
 * FIFO on every stream, so that no path of `ready` crosses two kernels.
 */
export const connect = definePass({
  name: 'connect',
  summary: 'Inserts forks, width converters and a FIFO on every stream.',
  level: 'kernel',
  run: (graph) => {
    const wiring = new Wiring(graph);
    const copies = new Map<string, string[]>();
    const readers = (v: string): number =>
      graph.nodes.reduce((n, x) => n + x.inputs.filter((i) => i === v).length, 0) +
      graph.outputs.filter((p) => p.value === v).length;
    /** The stream for one reader of a value: the value itself, or one branch of its fork. */
    const take = (v: string): string => {
      const n = readers(v);
      if (n < 2) return v;
      let left = copies.get(v);
      if (!left) {
        left = wiring.branches(v, v, n);
        copies.set(v, left);
      }
      return left.shift() ?? v;
    };
    for (const node of graph.nodes) {
      const demanded = kernelOf(node).inputLanes(contextOf(graph, node));
      const inputs = node.inputs.map((v, i) => {
        const base = node.inputs.length > 1 ? `${node.name}_in${i}` : node.name;
        const stream = wiring.convert(base, take(v), demanded[i] ?? 1);
        return wiring.fifo(`${base}_fifo`, stream);
      });
      wiring.nodes.push({ ...node, inputs });
    }
    const outputs = graph.outputs.map(
      (p): OutputPort => ({ ...p, value: wiring.fifo(`${p.value}_out`, take(p.value)) }),
    );
    return { ...graph, nodes: wiring.nodes, values: wiring.values, outputs };
  },
});
