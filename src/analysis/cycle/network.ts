/** A kernel graph as agents (kernels, sources, sinks) and the channels (FIFOs) between them. */
import { invariant } from '../../diag/diagnostic.ts';
import type { Graph, Node, ValueType } from '../../ir/graph.ts';
import { axiMasters } from '../../kernels/axi.ts';
import { beatsOf } from '../../kernels/axis.ts';
import { contextOf, kernelOf } from '../../kernels/context.ts';
import type { CycleModel, CycleRun } from '../../kernels/cycles.ts';
import { DEFAULT_MEMORY, type MemoryPlan } from '../../kernels/memory-agent.ts';
import type { StallPlan } from '../../kernels/stall.ts';
import type { IntArray } from '../../num/tensor.ts';
import { pacedSource, sinkModel, sourceModel, WIRE } from './ends.ts';
import { spaced } from './spaced.ts';

/** Deeper than anything that a simulation fills. */
export const UNBOUNDED = 0x3fffffff;

export interface Channel {
  /** Name of the FIFO node; of the value, where a port is wired to a kernel directly. */
  readonly name: string;
  readonly depth: number;
  /** Beats that are there from the start: those of a source that is wired to a kernel. */
  readonly initial: number;
  from: string;
  to: string;
}

export interface Agent {
  readonly name: string;
  readonly model: CycleModel;
  /** Channel indices. */
  readonly ins: readonly number[];
  readonly outs: readonly number[];
}

/** Whose handshakes the simulation records: pops of, or pushes to, a channel. */
export interface Tap {
  readonly name: string;
  readonly channel: number;
  readonly side: 'pop' | 'push';
  /** Beats of the whole run. */
  readonly beats: number;
}

export interface Network {
  readonly channels: readonly Channel[];
  readonly agents: readonly Agent[];
  readonly inputs: readonly Tap[];
  readonly outputs: readonly Tap[];
  /** The models of the nodes that read memory, in the order of their masters. */
  readonly readers: readonly CycleModel[];
}

export interface NetworkOptions {
  /** Depths instead of those in the graph, by the FIFO node's name. */
  readonly depths?: ReadonlyMap<string, number>;
  /** Pauses at the ports, by the rule of the RTL harness. Every port needs a FIFO then. */
  readonly stall?: StallPlan;
  /** Frames come at this interval, their beats evenly spread, instead of as fast as they are taken. */
  readonly pace?: number;
  /** All frames of the values that schedules depend on, in stream order; where they are left out, a nominal run. */
  readonly values?: ReadonlyMap<string, IntArray>;
  /** The memory behind the read masters. */
  readonly memory?: MemoryPlan;
  /** Kernels take beats far apart, so that their pipelines hold as few as they can: see {@link spaced}. */
  readonly spaced?: boolean;
}

/** Builds the network for `frames` frames. */
export function buildNetwork(graph: Graph, frames: number, options: NetworkOptions): Network {
  const { depths, stall, pace } = options;
  const channels: Channel[] = [];
  const agents: Agent[] = [];
  const addChannel = (name: string, depth: number, initial = 0): number =>
    channels.push({ name, depth, initial, from: '', to: '' }) - 1;
  const addAgent = (name: string, model: CycleModel, ins: readonly number[], outs: readonly number[]): void => {
    agents.push({ name, model, ins, outs });
    for (const c of ins) (channels[c] as Channel).to = name;
    for (const c of outs) (channels[c] as Channel).from = name;
  };

  // The channel that a value is written into, and the one that it is read from.
  const writer = new Map<string, number>();
  const reader = new Map<string, number>();
  const isFifo = (node: Node): boolean => node.op === 'fifo';
  for (const node of graph.nodes.filter(isFifo)) {
    const depth = depths?.get(node.name) ?? Number(node.attrs['depth']);
    invariant(depth >= 1, `${node.name}: a FIFO of depth ${depth}`);
    const channel = addChannel(node.name, depth);
    writer.set(node.inputs[0] as string, channel);
    reader.set(node.outputs[0] as string, channel);
  }
  for (const [value, from] of reader) {
    const to = writer.get(value);
    if (to !== undefined) addAgent(value, WIRE, [from], [to]);
  }

  const beats = (value: string): number => frames * beatsOf(graph.values[value] as ValueType);
  const inputs = graph.inputs.map(({ name, value }, i): Tap => {
    const fifo = writer.get(value);
    if (fifo !== undefined) {
      const n = beats(value);
      const source = pace === undefined ? sourceModel(n, stall, i) : pacedSource(n, (pace * frames) / n);
      addAgent(name, source, [], [fifo]);
      return { name, channel: fifo, side: 'push', beats: beats(value) };
    }
    invariant(!stall, `${name}: a port without a FIFO cannot stall`);
    invariant(pace === undefined, `${name}: a port without a FIFO cannot be paced`);
    const channel = addChannel(value, UNBOUNDED, beats(value));
    (channels[channel] as Channel).from = name;
    reader.set(value, channel);
    return { name, channel, side: 'pop', beats: beats(value) };
  });
  const outputs = graph.outputs.map(({ name, value }, j): Tap => {
    const fifo = reader.get(value);
    if (fifo !== undefined) {
      addAgent(name, sinkModel(stall, graph.inputs.length + j), [fifo], []);
      return { name, channel: fifo, side: 'pop', beats: beats(value) };
    }
    invariant(!stall, `${name}: a port without a FIFO cannot stall`);
    const channel = addChannel(value, UNBOUNDED);
    (channels[channel] as Channel).to = name;
    writer.set(value, channel);
    return { name, channel, side: 'push', beats: beats(value) };
  });

  const channelOf = (map: ReadonlyMap<string, number>, node: Node, value: string): number => {
    const channel = map.get(value);
    invariant(channel !== undefined, `${node.name}: stream ${value} has no FIFO`);
    return channel;
  };
  const runs = runsOf(graph, options);
  const readers: CycleModel[] = [];
  for (const node of graph.nodes.filter((n) => !isFifo(n))) {
    const model = kernelOf(node).cycles(contextOf(graph, node), runs(node));
    if (kernelOf(node).memory) readers.push(model);
    const ins = node.inputs.map((value) => channelOf(reader, node, value));
    const outs = node.outputs.map((value) => channelOf(writer, node, value));
    addAgent(node.name, options.spaced ? spaced(model) : model, ins, outs);
  }
  return { channels, agents, inputs, outputs, readers };
}

/** What each node is told about the run; its master's stall generators come after those of the ports. */
function runsOf(graph: Graph, { values, memory, stall }: NetworkOptions): (node: Node) => CycleRun {
  const masters = axiMasters(graph);
  const ports = graph.inputs.length + graph.outputs.length;
  return (node) => {
    const at = masters.findIndex((m) => m.node === node.name);
    const base = masters[at]?.base;
    const watched = kernelOf(node).watches;
    return {
      ...(watched && values
        ? { values: node.inputs.map((v, i) => (watched.includes(i) ? values.get(v) : undefined)) }
        : {}),
      ...(base === undefined ? {} : { memory: { plan: memory ?? DEFAULT_MEMORY, stall, index: ports + 2 * at, base } }),
    };
  };
}
