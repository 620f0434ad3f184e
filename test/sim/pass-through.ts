import type { Graph, Node, ValueType } from '../../src/ir/graph.ts';
import { int } from '../../src/num/elem.ts';

/** A graph of FIFOs in a row, `beats` beats of two 4-bit elements per frame: the smallest design there is. */
export function passThrough({ depths, beats = 5 }: { depths: readonly number[]; beats?: number }): Graph {
  const type: ValueType = { shape: [2 * beats], elem: int(4), lanes: 2 };
  const value = (i: number): string => `v${i}`;
  const nodes = depths.map((depth, i): Node => {
    const ends = { inputs: [value(i)], outputs: [value(i + 1)] };
    return { name: `fifo${i}`, op: 'fifo', attrs: { depth }, consts: {}, origin: [], ...ends };
  });
  const layout = { shape: type.shape, perm: [0] };
  return {
    name: 'pass',
    level: 'kernel',
    inputs: [{ name: 'x', value: value(0), steps: [], range: [-8, 7], layout }],
    outputs: [{ name: 'y', value: value(depths.length), steps: [], layout }],
    nodes,
    values: Object.fromEntries([...depths, 0].map((_, i) => [value(i), type])),
    consts: {},
  };
}
