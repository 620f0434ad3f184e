import { invariant } from '../diag/diagnostic.ts';
import { type ElemType, elemFor, elemRange, MAX_BITS } from '../num/elem.ts';
import { analyseNode, type BoundsMap } from './bounds.ts';
import { freshName } from './edit.ts';
import type { Attrs, Const, Graph, InputPort, Node, OutputPort, ValueType } from './graph.ts';
import type { OpContext, OpDef } from './op.ts';
import { boundsAt, hull } from './op.ts';
import { tensorOps } from './ops/index.ts';
import { schemaProblems } from './schema.ts';
import { arityProblem } from './verify.ts';

export { constant } from './constant.ts';

export interface AddNode {
  readonly op: string;
  readonly name: string;
  readonly attrs: Attrs;
  readonly inputs: readonly string[];
  readonly consts?: { readonly [role: string]: Const };
  readonly origin?: readonly string[];
  /** The output's element type, where it should be another than the narrowest that holds its bounds. */
  readonly elem?: ElemType;
}

/** `/block.0/MatMul_1` → `block_0_MatMul_1`: a name for Verilog, C++ and file systems alike. */
export function identifier(name: string): string {
  const clean = name.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '');
  return /^[A-Za-z]/.test(clean) ? clean : `n${clean}`;
}

/**
 * Builds a tensor graph node by node. Shapes and the narrowest element types are inferred from the ops and the actual
 * constants as nodes are added.
 */
export class GraphBuilder {
  private readonly name: string;
  private readonly nodes: Node[] = [];
  private readonly values: Record<string, ValueType> = {};
  private readonly consts: Record<string, Const> = {};
  private readonly inputs: InputPort[] = [];
  private readonly outputs: OutputPort[] = [];
  private readonly bounds: BoundsMap = new Map();
  private readonly taken = new Set<string>();

  constructor(name: string) {
    this.name = identifier(name || 'model').toLowerCase();
  }

  private fresh(base: string): string {
    const n = freshName(this.taken, identifier(base));
    this.taken.add(n);
    return n;
  }

  /** The type of a value added before. */
  type(value: string): ValueType {
    const t = this.values[value];
    invariant(t, `no value ${value}`);
    return t;
  }

  /** Adds an input port; its value carries the narrowest type for the port's range unless one is given. */
  input(port: Omit<InputPort, 'value'>, shape: readonly number[], elem?: ElemType): string {
    const value = this.fresh(port.name);
    const range = { lo: port.range[0], hi: port.range[1] };
    this.values[value] = { shape, elem: elem ?? elemFor(range) };
    this.bounds.set(value, [range]);
    this.inputs.push({ ...port, name: this.unusedPort(port.name), value });
    return value;
  }

  private unusedPort(name: string): string {
    return freshName(new Set(this.inputs.map((p) => p.name)), name);
  }

  /** The name that the last input port got: its own, or one made unique. */
  lastInput(): InputPort {
    const port = this.inputs[this.inputs.length - 1];
    invariant(port, 'no input port yet');
    return port;
  }

  /** Adds an output port for a value added before. */
  output(port: OutputPort): void {
    this.type(port.value);
    this.outputs.push(port);
  }

  /** Adds a node with one output and returns its value. Throws RangeError with the op's own words if it is ill-formed. */
  node(add: AddNode): string {
    const def = tensorOps.get(add.op);
    invariant(def, `no op ${add.op}`);
    const name = this.fresh(add.name);
    const consts: Record<string, string> = {};
    for (const [role, c] of Object.entries(add.consts ?? {})) {
      const key = `${name}.${role}`;
      this.consts[key] = c;
      consts[role] = key;
    }
    const node: Node = {
      name,
      op: add.op,
      attrs: add.attrs,
      inputs: add.inputs,
      consts,
      outputs: [name],
      origin: add.origin ?? [],
    };
    const ctx: OpContext = { attrs: add.attrs, inputs: add.inputs.map((v) => this.type(v)), consts: add.consts ?? {} };
    const problem = illFormed(def, node, ctx);
    if (problem) throw new RangeError(problem);
    this.values[name] = { shape: def.shapes(ctx)[0] ?? [], elem: this.elemOf(def, node, ctx, name, add.elem) };
    this.nodes.push(node);
    return name;
  }

  private elemOf(def: OpDef, node: Node, ctx: OpContext, value: string, given?: ElemType): ElemType {
    analyseNode(this.bounds, def, node, ctx);
    const elem = given ?? elemFor(hull(this.bounds.get(value) ?? []));
    if (elem.bits > MAX_BITS) throw new RangeError(`its results take ${elem.bits} bits, at most ${MAX_BITS} are exact`);
    return elem;
  }

  /** The node that makes a value; undefined for inputs. */
  maker(value: string): Node | undefined {
    return this.nodes.find((n) => n.outputs.includes(value));
  }

  /** Bounds of one channel of a value. */
  boundsOf(value: string, channel = 0): { lo: number; hi: number } {
    const b = this.bounds.get(value);
    return b ? boundsAt(b, channel) : elemRange(this.type(value).elem);
  }

  /** The graph so far; nodes added later do not change it. */
  finish(): Graph {
    return {
      name: this.name,
      level: 'tensor',
      inputs: [...this.inputs],
      outputs: [...this.outputs],
      nodes: [...this.nodes],
      values: { ...this.values },
      consts: { ...this.consts },
    };
  }
}

/** The first thing that is wrong with a node, in words; `check` may rely on what comes before it. */
function illFormed(def: OpDef, node: Node, ctx: OpContext): string | undefined {
  const attribute = schemaProblems(def.attrs, node.attrs)[0];
  if (attribute) return `attributes of ${node.op} ${attribute}`;
  return arityProblem(def, node) ?? def.check(ctx)[0];
}
