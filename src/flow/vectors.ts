import type { PortVectors } from '../emit/verilog/testbench.ts';
import type { Graph } from '../ir/graph.ts';
import { axisPorts } from '../kernels/axis.ts';
import { packBeats } from '../sim/vectors.ts';
import { concatenated, execute, randomFrames } from './frames.ts';

const SEED = 1;

/** Vectors for the emitted test benches: random frames and what the built graph makes of them. */
export function benchVectors(
  graph: Graph,
  frames: number,
): { readonly inputs: PortVectors[]; readonly outputs: PortVectors[] } {
  const inputs = randomFrames(graph, frames, SEED);
  const outputs = execute(graph, inputs);
  const ports = axisPorts(graph);
  const pack = (value: string, width: number, data: ArrayLike<number>): PortVectors => {
    const type = graph.values[value];
    return { beats: type ? packBeats(data, type, width) : new Uint8Array(0) };
  };
  return {
    inputs: ports.inputs.map((p, i) => pack(p.value, p.width, concatenated(inputs, graph.inputs[i]?.name ?? ''))),
    outputs: ports.outputs.map((p, i) => pack(p.value, p.width, concatenated(outputs, graph.outputs[i]?.name ?? ''))),
  };
}
