import type { Graph, Node } from '../../ir/graph.ts';
import type { NetlistBuilder } from '../../netlist/builder.ts';
import { elemRange } from '../../num/elem.ts';

/** Constants of the network that are loaded at run time, in the order in which a circuit's chain of registers holds them. */
export class Chain {
  /** Names of the constants. */
  readonly names: string[] = [];
  /** What they start with, element by element. */
  readonly values: number[] = [];
  private readonly b: NetlistBuilder;
  private readonly made = new Map<string, readonly number[]>();

  constructor(b: NetlistBuilder) {
    this.b = b;
  }

  /** The elements of a constant as inputs of the netlist, over the whole range of their type. */
  of(graph: Graph, node: Node, role: string): readonly number[] | undefined {
    const name = node.consts[role] ?? '';
    const constant = graph.consts[name];
    if (!constant || constant.elem.kind === 'bipolar') return undefined;
    const known = this.made.get(name);
    if (known) return known;
    const range = elemRange(constant.elem);
    const made = Array.from(constant.data, (_, i) => this.b.input(`${name}_${i}`, range));
    this.names.push(name);
    for (const v of constant.data) this.values.push(v);
    this.made.set(name, made);
    return made;
  }
}
