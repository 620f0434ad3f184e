/** The values that schedules depend on, from a run of the reference. */
import type { Graph, ValueType } from '../../ir/graph.ts';
import { interpreter } from '../../ir/interpret.ts';
import { kernelOf } from '../../kernels/context.ts';
import { lookupFor } from '../../kernels/lookup.ts';
import { allocate, type IntArray, numel, tensor } from '../../num/tensor.ts';

/**
 * Per value that a node watches, all its frames in stream order; empty where no schedule depends on data. `inputs[i]` holds
 * the frames of port i. Only what leads to these values is computed.
 */
export function watchedValues(graph: Graph, inputs: readonly ArrayLike<number>[]): ReadonlyMap<string, IntArray> {
  const watched = new Set(
    graph.nodes.flatMap((node) => (kernelOf(node).watches ?? []).map((i) => node.inputs[i] as string)),
  );
  const values = new Map<string, IntArray>();
  if (watched.size === 0) return values;
  const typeOf = (value: string): ValueType => graph.values[value] as ValueType;
  const sizes = graph.inputs.map((p) => numel(typeOf(p.value).shape));
  const frames = (inputs[0]?.length ?? 0) / (sizes[0] ?? 1);
  for (const v of watched) values.set(v, allocate(frames * numel(typeOf(v).shape), typeOf(v).elem));
  let frame = 0;
  const run = interpreter(ancestors(graph, watched), lookupFor(graph.level), (value, t) => {
    values.get(value)?.set(t.data, frame * t.data.length);
  });
  for (; frame < frames; frame++) {
    run(
      new Map(
        graph.inputs.map((p, i) => {
          const size = sizes[i] as number;
          const data = allocate(size, typeOf(p.value).elem);
          for (let k = 0; k < size; k++) data[k] = inputs[i]?.[frame * size + k] as number;
          return [p.name, tensor(typeOf(p.value).shape, data)];
        }),
      ),
    );
  }
  return values;
}

/** The nodes that these values come from, and no outputs. */
function ancestors(graph: Graph, values: ReadonlySet<string>): Graph {
  const needed = new Set(values);
  const nodes = [...graph.nodes].reverse().filter((node) => {
    if (!node.outputs.some((v) => needed.has(v))) return false;
    for (const v of node.inputs) needed.add(v);
    return true;
  });
  return { ...graph, nodes: nodes.reverse(), outputs: [] };
}
