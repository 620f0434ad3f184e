/** The network cycle simulator: the kernels' schedules and plain counters for FIFOs, cycle for cycle what the RTL does. */
import type { Graph, ValueType } from '../../ir/graph.ts';
import { beatsOf } from '../../kernels/axis.ts';
import { contextOf, kernelOf } from '../../kernels/context.ts';
import { type CycleFigures, cycleFigures } from './figures.ts';
import { type Agent, buildNetwork, type Channel, type Network, type NetworkOptions, type Tap } from './network.ts';

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
  /** Most beats that each FIFO ever held, by node name. */
  readonly fill: ReadonlyMap<string, number>;
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
    idleLimit: options.idleLimit ?? longestSilence(graph),
    maxCycles: options.maxCycles ?? Number.POSITIVE_INFINITY,
  });
  const beats = graph.outputs.map((port) => beatsOf(graph.values[port.value] as ValueType));
  const figures = cycleFigures(run.inputs, run.outputs, beats);
  const fill = new Map(network.channels.map((c, i) => [c.name, run.fill[i] as number]));
  const shared = { ...figures, inputs: run.inputs, outputs: run.outputs, totalCycles: run.totalCycles, fill };
  return run.idle ? { ...shared, hung: blockedEdges(network.channels, run.count) } : shared;
}

function longestSilence(graph: Graph): number {
  const busy = graph.nodes.map((node) => kernelOf(node).busy(contextOf(graph, node)));
  return IDLE_SLACK + 2 * Math.max(0, ...busy);
}

interface Run {
  readonly inputs: readonly Float64Array[];
  readonly outputs: readonly Float64Array[];
  readonly totalCycles: number;
  readonly fill: Int32Array;
  readonly count: Int32Array;
  readonly idle: boolean;
}

function runNetwork(
  { channels, agents, inputs, outputs }: Network,
  limits: { idleLimit: number; maxCycles: number },
): Run {
  const count = Int32Array.from(channels, (c) => c.initial);
  const depth = Int32Array.from(channels, (c) => c.depth);
  const pops = new Uint8Array(channels.length);
  const pushes = new Uint8Array(channels.length);
  const fill = count.slice();
  const taps = [...inputs, ...outputs].map((tap) => recorder(tap, pops, pushes));
  const beatsOn = (ports: readonly Tap[]): number => ports.reduce((n, tap) => n + tap.beats, 0);
  let missing = beatsOn(outputs);
  let waiting = beatsOn(inputs);
  for (const { model } of agents) model.reset();
  let cycle = 0;
  let idle = 0;
  while (missing + waiting > 0 && idle < limits.idleLimit && cycle < limits.maxCycles) {
    const moved = stepAgents(agents, count, depth, pops, pushes);
    for (let i = 0; i < taps.length; i++) {
      if (!(taps[i] as Recorder).note(cycle)) continue;
      if (i < inputs.length) waiting--;
      else missing--;
    }
    for (let c = 0; c < count.length; c++) {
      const n = (count[c] as number) + (pushes[c] as number) - (pops[c] as number);
      count[c] = n;
      if (n > (fill[c] as number)) fill[c] = n;
      pops[c] = 0;
      pushes[c] = 0;
    }
    idle = moved ? 0 : idle + 1;
    cycle++;
  }
  const cycles = taps.map((t) => t.cycles.slice(0, t.seen()));
  return {
    inputs: cycles.slice(0, inputs.length),
    outputs: cycles.slice(inputs.length),
    totalCycles: cycle,
    fill,
    count,
    idle: missing > 0 && idle >= limits.idleLimit,
  };
}

/** All agents see the channels as they are at the start of the cycle; what they do takes effect at its end. */
function stepAgents(
  agents: readonly Agent[],
  count: Int32Array,
  depth: Int32Array,
  pops: Uint8Array,
  pushes: Uint8Array,
): boolean {
  let moved = false;
  for (let a = 0; a < agents.length; a++) {
    const { model, ins, outs } = agents[a] as Agent;
    let available = 0;
    for (let i = 0; i < ins.length; i++) if ((count[ins[i] as number] as number) > 0) available |= 1 << i;
    let space = 0;
    for (let i = 0; i < outs.length; i++) {
      const c = outs[i] as number;
      if ((count[c] as number) < (depth[c] as number)) space |= 1 << i;
    }
    const done = model.step(available, space);
    if (done === 0) continue;
    moved = true;
    for (let i = 0; i < ins.length; i++) pops[ins[i] as number] = (done >>> i) & 1;
    for (let i = 0; i < outs.length; i++) pushes[outs[i] as number] = (done >>> (16 + i)) & 1;
  }
  return moved;
}

interface Recorder {
  readonly cycles: Float64Array;
  readonly seen: () => number;
  /** Records a handshake of this cycle, if there is one. */
  readonly note: (cycle: number) => boolean;
}

function recorder(tap: Tap, pops: Uint8Array, pushes: Uint8Array): Recorder {
  const flags = tap.side === 'pop' ? pops : pushes;
  const cycles = new Float64Array(tap.beats);
  let seen = 0;
  return {
    cycles,
    seen: () => seen,
    note: (cycle) => {
      if (flags[tap.channel] !== 1 || seen === tap.beats) return false;
      cycles[seen++] = cycle;
      return true;
    },
  };
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
