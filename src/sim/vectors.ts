/** Integers ↔ the bytes on an AXI4-Stream's `tdata`. */
import { invariant } from '../diag/diagnostic.ts';
import type { Graph, ValueType } from '../ir/graph.ts';
import { axiMasters, IMAGE_FILE, memoryImage } from '../kernels/axi.ts';
import { type AxisPort, axisPorts, lanesOf } from '../kernels/axis.ts';
import { putBits } from '../kernels/memory.ts';
import { DEFAULT_MEMORY, type MemoryPlan } from '../kernels/memory-agent.ts';
import type { StallPlan } from '../kernels/stall.ts';
import { quietInputs } from '../kernels/unrolled/load.ts';
import { fromBits, toBits } from '../num/elem.ts';
import { allocate, type IntArray, numel } from '../num/tensor.ts';
import type { InputStream, RtlJob, RtlResult, StreamPort } from './rtl.ts';

/** The port as the simulators see it. */
export const streamPort = (p: AxisPort): StreamPort => ({
  name: p.name,
  width: p.width,
  beatsPerFrame: p.beatsPerFrame,
});

/**
 * Packs the elements of any number of frames, in stream order, into beats of `width / 8` bytes: lane 0 in the least
 * significant bits, no gaps between lanes, zeros in the padding.
 */
export function packBeats(values: ArrayLike<number>, type: ValueType, width: number): Uint8Array {
  const lanes = lanesOf(type);
  const bits = type.elem.bits;
  const bytes = new Uint8Array((values.length / lanes) * (width / 8));
  for (let i = 0; i < values.length; i++) {
    const beat = Math.floor(i / lanes);
    putBits(bytes, beat * width + (i - beat * lanes) * bits, bits, toBits(type.elem, values[i] as number));
  }
  return bytes;
}

/** Inverse of {@link packBeats}; only whole beats count. */
export function unpackBeats(bytes: Uint8Array, type: ValueType, width: number): IntArray {
  const lanes = lanesOf(type);
  const beats = Math.floor((bytes.length * 8) / width);
  const values = allocate(beats * lanes, type.elem);
  for (let i = 0; i < values.length; i++) {
    const beat = Math.floor(i / lanes);
    values[i] = fromBits(type.elem, getBits(bytes, beat * width + (i - beat * lanes) * type.elem.bits, type.elem.bits));
  }
  return values;
}

function getBits(bytes: Uint8Array, offset: number, bits: number): number {
  let pattern = 0;
  let done = 0;
  while (done < bits) {
    const at = offset + done;
    const shift = at & 7;
    const take = Math.min(8 - shift, bits - done);
    pattern += (((bytes[at >>> 3] as number) >> shift) & ((1 << take) - 1)) * 2 ** done;
    done += take;
  }
  return pattern;
}

export interface JobSettings {
  readonly stall?: StallPlan;
  /** Default: far above what any kernel of the graph takes without a handshake. */
  readonly idleLimit?: number;
  /** The memory behind the read masters, and what it holds where that is not the graph's own image. */
  readonly memory?: MemoryPlan;
  readonly image?: Uint8Array;
}

/** The simulation of an emitted kernel graph on whole frames: `inputs[i]` holds all frames of input i, in order. */
export function rtlJob(
  graph: Graph,
  top: string,
  files: RtlJob['files'],
  inputs: readonly ArrayLike<number>[],
  settings: JobSettings = {},
): RtlJob {
  const ports = axisPorts(graph);
  const streams: InputStream[] = ports.inputs.map((port, i) => ({
    port: streamPort(port),
    beats: packBeats(inputs[i] ?? [], typeOf(graph, port), port.width),
  }));
  const counts = ports.inputs.map((port, i) => (inputs[i]?.length ?? 0) / numel(typeOf(graph, port).shape));
  const frames = counts[0] ?? 0;
  invariant(
    counts.every((n) => n === frames && Number.isInteger(n)),
    `inputs hold ${counts} frames`,
  );
  return {
    top,
    // The image is served, not compiled.
    files: new Map([...files].filter(([path]) => path !== IMAGE_FILE)),
    inputs: streams,
    outputs: ports.outputs.map(streamPort),
    frames,
    quiet: quietInputs(graph),
    stall: settings.stall ?? { probability: 0, seed: 1 },
    idleLimit: settings.idleLimit ?? 100_000,
    ...memoryOf(graph, settings),
  };
}

function memoryOf(graph: Graph, { memory, image }: JobSettings): Pick<RtlJob, 'memory'> {
  const masters = axiMasters(graph);
  if (masters.length === 0) return {};
  return { memory: { masters, image: image ?? memoryImage(graph), plan: memory ?? DEFAULT_MEMORY } };
}

/** The integers that came out, per output, in stream order: frame after frame. */
export function outputValues(graph: Graph, result: RtlResult): IntArray[] {
  return axisPorts(graph).outputs.map((port, i) =>
    unpackBeats(result.outputs[i]?.beats ?? new Uint8Array(0), typeOf(graph, port), port.width),
  );
}

const typeOf = (graph: Graph, port: AxisPort): ValueType => graph.values[port.value] as ValueType;
