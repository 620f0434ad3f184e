import { identifier } from '../ir/builder.ts';
import type { Graph, ValueType } from '../ir/graph.ts';
import { numel } from '../num/tensor.ts';

/** One AXI4-Stream port of the emitted design: what the emitter declares and the simulators drive. */
export interface AxisPort {
  /** Port prefix: `s_axis`, or `s_axis_<name>` when there are several. */
  readonly name: string;
  /** The graph's value behind it. */
  readonly value: string;
  /** Bits that carry elements: lanes · bits. */
  readonly payload: number;
  /** Width of `tdata`: the payload padded to whole bytes. */
  readonly width: number;
  readonly beatsPerFrame: number;
}

export interface AxisPorts {
  readonly inputs: readonly AxisPort[];
  readonly outputs: readonly AxisPort[];
}

/** Elements per beat of a stream. */
export const lanesOf = (type: ValueType): number => type.lanes ?? 1;

/** Beats of one frame of a stream. */
export const beatsOf = (type: ValueType): number => numel(type.shape) / lanesOf(type);

/** Bits of one beat. */
export const beatBits = (type: ValueType): number => lanesOf(type) * type.elem.bits;

/** The AXI4-Stream ports of a kernel graph, in the order of its inputs and outputs. */
export function axisPorts(graph: Graph): AxisPorts {
  return { inputs: portsOf(graph, graph.inputs, 's_axis'), outputs: portsOf(graph, graph.outputs, 'm_axis') };
}

function portsOf(graph: Graph, ports: readonly { name: string; value: string }[], prefix: string): AxisPort[] {
  const names = uniqueIdentifiers(ports.map((p) => p.name));
  return ports.map((port, i) => {
    const type = graph.values[port.value] as ValueType;
    return {
      name: ports.length === 1 ? prefix : `${prefix}_${names[i]}`,
      value: port.value,
      payload: beatBits(type),
      width: 8 * Math.ceil(beatBits(type) / 8),
      beatsPerFrame: beatsOf(type),
    };
  });
}

/** An identifier for each name, all different (also when case is ignored: some file systems do). */
export function uniqueIdentifiers(names: readonly string[]): string[] {
  const used = new Set<string>();
  return names.map((name) => {
    const base = identifier(name);
    let candidate = base;
    for (let i = 2; used.has(candidate.toLowerCase()); i++) candidate = `${base}_${i}`;
    used.add(candidate.toLowerCase());
    return candidate;
  });
}
