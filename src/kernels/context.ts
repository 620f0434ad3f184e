import { invariant } from '../diag/diagnostic.ts';
import type { Graph, Node, ValueType } from '../ir/graph.ts';
import { contextOf as opContextOf } from '../ir/lookup.ts';
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
  return { ...opContextOf(graph, node), name: node.name, outputs: node.outputs.map(typeOf) };
}
