import { invariant } from '../diag/diagnostic.ts';
import type { IntTensor } from '../num/tensor.ts';
import type { Graph, ValueType } from './graph.ts';
import { contextOf, type OpLookup } from './lookup.ts';
import type { OpContext, OpDef } from './op.ts';

/** Runs one frame: tensors of the input ports (by port name) in, tensors of the output ports out. */
export type Interpreter = (inputs: ReadonlyMap<string, IntTensor>) => Map<string, IntTensor>;

interface Step {
  readonly def: OpDef;
  readonly ctx: OpContext;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly types: readonly ValueType[];
}

/**
 * The reference executor: the graph's meaning, node by node. Contexts are prepared once; a frame then costs only the
 * ops' own arithmetic. `watch` sees every value as it is computed.
 */
export function interpreter(
  graph: Graph,
  lookup: OpLookup,
  watch?: (value: string, tensor: IntTensor) => void,
): Interpreter {
  const steps = graph.nodes.map((node): Step => {
    const def = lookup(node.op);
    invariant(def, `no op ${node.op}`);
    const types = node.outputs.map((v) => graph.values[v]).filter((t) => t !== undefined);
    return { def, ctx: contextOf(graph, node), inputs: node.inputs, outputs: node.outputs, types };
  });
  return (inputs) => {
    const env = new Map<string, IntTensor>();
    const put = (value: string, t: IntTensor | undefined): void => {
      invariant(t, `value ${value} was not computed`);
      env.set(value, t);
      watch?.(value, t);
    };
    for (const port of graph.inputs) put(port.value, inputs.get(port.name));
    for (const s of steps) {
      const args = s.inputs.map((v) => env.get(v)).filter((t) => t !== undefined);
      const results = s.def.reference(s.ctx, args, s.types);
      s.outputs.forEach((v, i) => {
        put(v, results[i]);
      });
    }
    const out = new Map<string, IntTensor>();
    for (const port of graph.outputs) {
      const t = env.get(port.value);
      invariant(t, `output ${port.name} was not computed`);
      out.set(port.name, t);
    }
    return out;
  };
}
