import type { Graph, Node, ValueType } from '../../src/ir/graph.ts';
import { int } from '../../src/num/elem.ts';

/** Beats of a frame, one element each. */
export const BEATS = 12;

/**
 * y = x + transposed(x): a fork whose one arm must take a whole frame before it answers, so that the FIFO of the other
 * arm (`skip`) must hold a frame, or everything stops.
 */
export function residual(skipDepth: number): Graph {
  const narrow: ValueType = { shape: [BEATS], elem: int(4), lanes: 1 };
  const wide: ValueType = { ...narrow, elem: int(5) };
  const node = (name: string, op: string, attrs: Node['attrs'], inputs: string[], outputs: string[]): Node => {
    return { name, op, attrs, inputs, outputs, consts: {}, origin: [] };
  };
  const fifo = (name: string, depth: number, from: string, to: string): Node =>
    node(name, 'fifo', { depth }, [from], [to]);
  const sum = { channels: 1, pixels: BEATS, PE: 1, mulA: 1, mulB: 1, offset: 0 };
  const layout = { shape: narrow.shape, perm: [0] };
  return {
    name: 'residual',
    level: 'kernel',
    inputs: [{ name: 'x', value: 'x', steps: [], range: [-8, 7], layout }],
    outputs: [{ name: 'y', value: 'y', steps: [], layout }],
    nodes: [
      fifo('entry', 2, 'x', 'x1'),
      node('split', 'fork', { copies: 2 }, ['x1'], ['a', 'b']),
      fifo('skip', skipDepth, 'a', 'a1'),
      fifo('branch', 2, 'b', 'b1'),
      node('turn', 'reorder', { shape: [3, 4], perm: [1, 0], PE: 1 }, ['b1'], ['c']),
      fifo('turned', 2, 'c', 'c1'),
      node('join', 'add', sum, ['a1', 'c1'], ['s']),
      fifo('exit', 2, 's', 'y'),
    ],
    values: {
      ...Object.fromEntries(['x', 'x1', 'a', 'b', 'a1', 'b1', 'c', 'c1'].map((name) => [name, narrow])),
      s: wide,
      y: wide,
    },
    consts: {},
  };
}
