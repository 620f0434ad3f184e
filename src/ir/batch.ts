import { invariant } from '../diag/diagnostic.ts';
import { allocate, type IntTensor, numel } from '../num/tensor.ts';
import type { Graph, Node, ValueType } from './graph.ts';
import { contextOf, type OpLookup } from './lookup.ts';
import type { OpContext, OpDef } from './op.ts';

/** Runs many frames: tensors of the ports, by name, with the frames as first axis. */
export type BatchInterpreter = (frames: number, inputs: ReadonlyMap<string, IntTensor>) => Map<string, IntTensor>;

/**
 * The reference executor for many frames: node by node, where an op allows it all frames in one call (to such an op they
 * are one more leading axis), otherwise frame by frame. The same integers as `interpreter`.
 */
export function batchInterpreter(graph: Graph, lookup: OpLookup): BatchInterpreter {
  const steps = graph.nodes.map((node) => {
    const def = lookup(node.op);
    invariant(def, `no op ${node.op}`);
    const types = node.outputs.map((v) => graph.values[v]).filter((t) => t !== undefined);
    return { node, run: (def.batch === 'leading' ? together : oneByOne)(def, contextOf(graph, node), types) };
  });
  const uses = lastUses(graph);
  return (frames, inputs) => {
    const env = new Map<string, IntTensor>();
    for (const port of graph.inputs) env.set(port.value, inputs.get(port.name) as IntTensor);
    steps.forEach(({ node, run }, at) => {
      const results = run(
        frames,
        node.inputs.map((v) => env.get(v) as IntTensor),
      );
      // Batches are large: each is dropped when nothing reads it any more.
      for (const v of node.inputs) if (uses.get(v) === at) env.delete(v);
      node.outputs.forEach((v, i) => {
        env.set(v, results[i] as IntTensor);
      });
    });
    return new Map(graph.outputs.map((port) => [port.name, env.get(port.value) as IntTensor]));
  };
}

/** The last node that reads each value; those of output ports are kept. */
function lastUses(graph: Graph): Map<string, number> {
  const uses = new Map<string, number>();
  graph.nodes.forEach((node: Node, at) => {
    for (const v of node.inputs) uses.set(v, at);
  });
  for (const port of graph.outputs) uses.delete(port.value);
  return uses;
}

type Run = (frames: number, inputs: readonly IntTensor[]) => readonly IntTensor[];

function together(def: OpDef, ctx: OpContext, types: readonly ValueType[]): Run {
  const leading = (frames: number) => (t: ValueType) => ({ ...t, shape: [frames, ...t.shape] });
  return (frames, inputs) =>
    def.reference({ ...ctx, inputs: ctx.inputs.map(leading(frames)) }, inputs, types.map(leading(frames)));
}

function oneByOne(def: OpDef, ctx: OpContext, types: readonly ValueType[]): Run {
  return (frames, inputs) => {
    const outputs = types.map((t) => ({
      shape: [frames, ...t.shape],
      data: allocate(frames * numel(t.shape), t.elem),
    }));
    for (let f = 0; f < frames; f++) {
      const frame = inputs.map(({ shape, data }) => {
        const size = data.length / frames;
        return { shape: shape.slice(1), data: data.subarray(f * size, (f + 1) * size) };
      });
      def.reference(ctx, frame, types).forEach((t, k) => {
        outputs[k]?.data.set(t.data, f * t.data.length);
      });
    }
    return outputs;
  };
}
