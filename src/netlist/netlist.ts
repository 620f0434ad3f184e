import type { Interval } from '../num/elem.ts';
import type { Known, NetNode, NetOp } from './op.ts';
import { NET_OPS } from './ops/list.ts';

export interface NetPort {
  readonly name: string;
  readonly value: number;
}

/**
 * A combinational circuit on integers: nodes in topological order, the id of a node is that of its value. All are typed
 * arrays, so that a network of a hundred thousand adders is small and quick to walk.
 */
export interface Netlist {
  readonly name: string;
  readonly inputs: readonly NetPort[];
  readonly outputs: readonly NetPort[];
  /** Place of each node's op in `NET_OPS`. */
  readonly op: Uint8Array;
  /** Node i reads args[argStart[i]] to args[argStart[i + 1] − 1]; params likewise. See `NetNode`. */
  readonly argStart: Int32Array;
  readonly args: Int32Array;
  readonly paramStart: Int32Array;
  readonly params: Float64Array;
  /** All values that can occur, given those of the inputs: never wider than what the node's op derives. */
  readonly lo: Float64Array;
  readonly hi: Float64Array;
  /** Low bits that are always 0. */
  readonly zeros: Uint8Array;
}

export const opAt = (net: Netlist, i: number): NetOp => NET_OPS[net.op[i] as number] as NetOp;

/** A view of a node; no copy. */
export function nodeAt(net: Netlist, i: number): NetNode {
  return {
    args: net.args.subarray(net.argStart[i] as number, net.argStart[i + 1] as number),
    params: net.params.subarray(net.paramStart[i] as number, net.paramStart[i + 1] as number),
  };
}

export const rangeAt = (net: Netlist, i: number): Interval => ({ lo: net.lo[i] as number, hi: net.hi[i] as number });

export function knownOf(net: Netlist): Known {
  return { range: (v) => rangeAt(net, v), zeros: (v) => net.zeros[v] as number };
}

/** How often each value is read, outputs counted. */
export function useCounts(net: Netlist): Int32Array {
  const uses = new Int32Array(net.op.length);
  for (const v of net.args) if (v >= 0) uses[v] = (uses[v] as number) + 1;
  for (const { value } of net.outputs) uses[value] = (uses[value] as number) + 1;
  return uses;
}
