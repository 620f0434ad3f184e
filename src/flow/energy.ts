import type { Graph, Node } from '../ir/graph.ts';
import { interpreter } from '../ir/interpret.ts';
import type { OpContext } from '../ir/op.ts';
import { contextOf } from '../kernels/context.ts';
import { lookupFor } from '../kernels/lookup.ts';
import { pipelineOf, type UnrolledAttrs, vectorsOf } from '../kernels/unrolled/kernel.ts';
import { type Activity, activityOf } from '../netlist/activity.ts';
import type { IntTensor } from '../num/tensor.ts';
import type { Frame } from '../run/frames.ts';

/** The node that a whole design is, where it is one circuit. */
export function circuitOf(graph: Graph): Node | undefined {
  const nodes = graph.nodes.filter((n) => n.op !== 'fifo');
  return nodes.length === 1 && nodes[0]?.op === 'unrolled' ? nodes[0] : undefined;
}

/** How much of a circuit moves while frames follow each other without a gap. */
export function activityOn(graph: Graph, circuit: Node, frames: readonly Frame[]): Activity {
  const ctx = contextOf(graph, circuit) as unknown as OpContext<UnrolledAttrs>;
  const seen = new Map<string, IntTensor>();
  const run = interpreter(graph, lookupFor(graph.level), (value, tensor) => seen.set(value, tensor));
  const vectors = frames.flatMap((frame) => {
    run(frame);
    return [
      ...vectorsOf(
        ctx,
        circuit.inputs.flatMap((v) => seen.get(v) ?? []),
      ),
    ];
  });
  return activityOf(pipelineOf(ctx).net, vectors);
}
