import { elemFor } from '../num/elem.ts';
import { knownOf, type Netlist, nodeAt, opAt, rangeAt, useCounts } from './netlist.ts';
import { type BitKind, bitOf, type Known, type NetOp, type Priced } from './op.ts';

export interface NetCost {
  /** Adders and subtractors. */
  readonly adders: number;
  /** Six-input LUTs beside carry chains, as Yosys' `synth_xilinx` maps them; inverters and carries are not counted. */
  readonly luts: number;
  /** The same for each node. */
  readonly perNode: Float64Array;
  /** Levels of LUT or carry chain on the longest path, and to each node. */
  readonly depth: number;
  readonly levels: Int32Array;
}

/** The most pins of a table that a reader can take into its own LUT, beside the signal that it adds. */
const MELTS = 5;

/** Which tables are part of the adder that alone reads them, and cost nothing of their own. */
function molten(net: Netlist): Uint8Array {
  const n = net.op.length;
  const reader = new Int32Array(n).fill(-1);
  const many = new Uint8Array(n);
  for (const { value } of net.outputs) many[value] = 1;
  for (let i = 0; i < n; i++) {
    for (const a of nodeAt(net, i).args as Int32Array) {
      if (a < 0) continue;
      if (reader[a] !== -1 && reader[a] !== i) many[a] = 1;
      reader[a] = i;
    }
  }
  const melts = new Uint8Array(n);
  const is = (i: number, role: NetOp['role']): boolean => i >= 0 && opAt(net, i).role === role;
  for (let i = 0; i < n; i++) {
    if (!is(i, 'table') || nodeAt(net, i).args.length > MELTS) continue;
    let at = i;
    while (!many[at] && is(reader[at] as number, 'wires')) at = reader[at] as number;
    if (!many[at] && is(reader[at] as number, 'chain')) melts[i] = 1;
  }
  return melts;
}

/** What every bit is, seen through wires. */
function bitsOf(net: Netlist, known: Known, melts: Uint8Array): (value: number, i: number) => BitKind {
  return (value, i) => {
    let [v, bit] = [value, i];
    for (;;) {
      const { lo, hi } = known.range(v);
      if (bit < known.zeros(v)) return 0;
      if (lo === hi) return bitOf(lo, bit);
      const { bits } = elemFor({ lo, hi });
      if (bit >= bits) {
        if (lo >= 0) return 0;
        bit = bits - 1;
      }
      const source = opAt(net, v).source?.(nodeAt(net, v), bit);
      if (source === undefined) return 'wire';
      if (source === 'function') return melts[v] ? 'function' : 'wire';
      if (typeof source === 'number') return source;
      [v, bit] = [source.value, source.bit];
    }
  };
}

/** What a netlist costs, from the actual widths and overlaps of its operands. */
export function costOf(net: Netlist): NetCost {
  const known = knownOf(net);
  const melts = molten(net);
  const priced: Priced = { ...known, bit: bitsOf(net, known, melts) };
  const n = net.op.length;
  const perNode = new Float64Array(n);
  const levels = new Int32Array(n);
  const uses = useCounts(net);
  let [adders, luts, depth] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const op = opAt(net, i);
    const node = nodeAt(net, i);
    let level = 0;
    for (const a of node.args as Int32Array) if (a >= 0) level = Math.max(level, levels[a] as number);
    if (op.role === 'chain') adders++;
    perNode[i] = melts[i] || uses[i] === 0 ? 0 : op.luts(node, priced, rangeAt(net, i));
    levels[i] = level + (op.role !== 'chain' && perNode[i] === 0 ? 0 : op.levels);
    luts += perNode[i] as number;
    depth = Math.max(depth, levels[i] as number);
  }
  return { adders, luts, perNode, depth, levels };
}
