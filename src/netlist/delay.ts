import { costOf } from './cost.ts';
import { type Netlist, nodeAt } from './netlist.ts';

/** Levels of LUT or carry chain of each node alone: 0 for wires and for what melts into a reader. */
export function delaysOf(net: Netlist): Int32Array {
  const { levels } = costOf(net);
  const own = new Int32Array(levels.length);
  for (let i = 0; i < own.length; i++) {
    let before = 0;
    for (const a of nodeAt(net, i).args as Int32Array) if (a >= 0) before = Math.max(before, levels[a] as number);
    own[i] = (levels[i] as number) - before;
  }
  return own;
}
