/** The network cycle simulator: the kernels' schedules and plain counters for FIFOs, cycle for cycle what the RTL does. */
import type { Graph, ValueType } from '../../ir/graph.ts';
import { beatsOf } from '../../kernels/axis.ts';
import { contextOf, kernelOf } from '../../kernels/context.ts';
import type { MemoryRead } from '../../kernels/cycles.ts';
import { type CycleFigures, cycleFigures } from './figures.ts';
import { buildNetwork, type Channel, type NetworkOptions } from './network.ts';
import { runNetwork } from './run.ts';

export interface CycleOptions extends NetworkOptions {
  /** Stop, as hung, after this many cycles without a handshake. Default: more than any kernel computes in silence. */
  readonly idleLimit?: number;
  /** Stop after this many cycles. */
  readonly maxCycles?: number;
}

/** A stream on which, in a deadlock, a producer waits for space or a consumer for data. */
export interface BlockedEdge {
  readonly fifo: string;
  readonly from: string;
  readonly to: string;
  readonly fill: number;
  readonly depth: number;
  readonly state: 'full' | 'empty';
}

export interface CycleResult extends CycleFigures {
  /** Cycle of each handshake, per port; numbered as in `RtlResult`. */
  readonly inputs: readonly Float64Array[];
  readonly outputs: readonly Float64Array[];
  readonly totalCycles: number;
  /** Visits of agents that the simulation took: what its time is made of, the same on every machine. */
  readonly work: number;
  /** Most beats that each FIFO ever held, by node name. */
  readonly fill: ReadonlyMap<string, number>;
  /** Bursts that each read master asks for, in the order of the masters. */
  readonly reads: readonly (readonly MemoryRead[])[];
  /** Present when nothing moves any more though output is missing: full FIFOs first, then empty ones. */
  readonly hung?: readonly BlockedEdge[];
}

/** Pipeline stages and counters run on for this long at most after a kernel's last handshake. */
const IDLE_SLACK = 4096;

/**
 * Runs `frames` frames through a kernel graph: sources always valid, sinks always ready, unless a stall plan is given.
 * Stops when the last beats have come and gone, when nothing has moved for the idle limit, or after `maxCycles`.
 */
export function simulateCycles(graph: Graph, frames: number, options: CycleOptions = {}): CycleResult {
  const network = buildNetwork(graph, frames, options);
  const run = runNetwork(network, {
    idle: options.idleLimit ?? longestSilence(graph),
    cycles: options.maxCycles ?? Number.POSITIVE_INFINITY,
  });
  const beats = graph.outputs.map((port) => beatsOf(graph.values[port.value] as ValueType));
  const figures = cycleFigures(run.inputs, run.outputs, beats);
  const fill = new Map(network.channels.map((c, i) => [c.name, run.fill[i] as number]));
  const shared = {
    ...figures,
    inputs: run.inputs,
    outputs: run.outputs,
    totalCycles: run.totalCycles,
    work: run.work,
    fill,
    reads: network.readers.map((model) => model.reads ?? []),
  };
  return run.idle ? { ...shared, hung: blockedEdges(network.channels, run.count) } : shared;
}

function longestSilence(graph: Graph): number {
  const busy = graph.nodes.map((node) => kernelOf(node).busy(contextOf(graph, node)));
  return IDLE_SLACK + 2 * Math.max(0, ...busy);
}

function blockedEdges(channels: readonly Channel[], count: Int32Array): BlockedEdge[] {
  const edges = channels.map(({ name, depth, from, to }, i) => ({
    fifo: name,
    from,
    to,
    depth,
    fill: count[i] as number,
  }));
  return [
    ...edges.filter((e) => e.fill >= e.depth).map((e) => ({ ...e, state: 'full' as const })),
    ...edges.filter((e) => e.fill === 0).map((e) => ({ ...e, state: 'empty' as const })),
  ];
}
