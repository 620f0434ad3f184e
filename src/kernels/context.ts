import { invariant } from '../diag/diagnostic.ts';
import type { Const, Graph, Node, ValueType } from '../ir/graph.ts';
import { kernels } from './index.ts';
import type { KernelContext, KernelDef } from './kernel.ts';

/** The kernel of a node of a kernel graph. */
export function kernelOf(node: Node): KernelDef {
  const def = kernels.get(node.op);
  invariant(def, `${node.name}: no kernel is called ${node.op}`);
  return def;
}

/** What a kernel's functions are told about a node of a kernel graph. */
export function contextOf(graph: Graph, node: Node): KernelContext {
  const typeOf = (name: string): ValueType => {
    const type = graph.values[name];
    invariant(type, `${node.name}: value ${name} has no type`);
    return type;
  };
  const constOf = (name: string): Const => {
    const value = graph.consts[name];
    invariant(value, `${node.name}: no constant is called ${name}`);
    return value;
  };
  return {
    name: node.name,
    attrs: node.attrs,
    inputs: node.inputs.map(typeOf),
    outputs: node.outputs.map(typeOf),
    consts: Object.fromEntries(Object.entries(node.consts).map(([role, name]) => [role, constOf(name)])),
  };
}
