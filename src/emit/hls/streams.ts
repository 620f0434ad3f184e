import { invariant } from '../../diag/diagnostic.ts';
import type { Graph, Node } from '../../ir/graph.ts';

/** A stream of the HLS design: all values of a chain of FIFOs. */
export interface HlsStream {
  /** The value at its head, which names it. */
  readonly value: string;
  readonly depth: number;
}

/** Depth of a stream without a FIFO node: what HLS itself would choose. */
const DEFAULT_DEPTH = 2;

/** FIFO nodes are no functions in HLS: they are the depth of the stream that passes through them. */
export const isFifo = (node: Node): boolean => node.op === 'fifo';

/** Value → its stream. Depths of FIFOs in a row add up. */
export function streamsOf(graph: Graph): ReadonlyMap<string, HlsStream> {
  const heads = new Map<string, string>();
  const depths = new Map<string, number>();
  const headOf = (value: string): string => heads.get(value) ?? value;
  for (const node of graph.nodes.filter(isFifo)) {
    const head = headOf(node.inputs[0] as string);
    const depth = Number(node.attrs['depth']);
    invariant(Number.isInteger(depth) && depth >= 1, `${node.name}: a FIFO of depth ${depth}`);
    heads.set(node.outputs[0] as string, head);
    depths.set(head, (depths.get(head) ?? 0) + depth);
  }
  const streams = new Map<string, HlsStream>();
  for (const value of Object.keys(graph.values).sort()) {
    const head = headOf(value);
    streams.set(value, { value: head, depth: depths.get(head) ?? DEFAULT_DEPTH });
  }
  return streams;
}
