/** Synthesises drawn kernels, several in one run of Yosys, each within its own boundary. */
import { emitVerilog } from '../../src/emit/verilog/emit.ts';
import { instanceNames } from '../../src/emit/verilog/names.ts';
import type { Graph, InputPort, Node, OutputPort, ValueType } from '../../src/ir/graph.ts';
import type { Fabric } from '../../src/kernels/devices.ts';
import type { KernelContext } from '../../src/kernels/kernel.ts';
import { elemRange } from '../../src/num/elem.ts';
import { CELL_SIZES, type Resources, resourcesOf } from '../../src/synth/resources.ts';
import { synthesise } from '../../src/synth/synthesise.ts';
import { drawSubject, type Subject } from '../../test/conformance/bench.ts';
import { DESIGNS } from './designs.ts';

/** One drawn design; its context is what the kernel's `cost` gets. */
export interface Design {
  readonly kernel: string;
  readonly seed: number;
  readonly subject: Subject;
  readonly ctx: KernelContext;
}

export function drawDesign(kernel: string, seed: number): Design {
  const sample = DESIGNS[kernel]?.sample;
  if (!sample) throw new Error(`kernel ${kernel} has no sampler; there are ${Object.keys(DESIGNS).join(', ')}`);
  const subject = drawSubject(sample, seed, 0);
  return { kernel, seed, subject, ctx: { ...subject.ctx, name: nameOf(kernel, seed), outputs: subject.outputTypes } };
}

const nameOf = (kernel: string, seed: number): string => `${kernel}_${seed}`;

/** LUT, FF, DSP and BRAM of each design. */
export async function measure(designs: readonly Design[], fabric: Fabric): Promise<readonly Resources[]> {
  const graph = sideBySide(designs);
  const { design } = await synthesise({ top: 'designs', files: emitted(graph), target: fabric, yosys: 'native' });
  const byName = new Map(design.instances.map((i) => [i.name, i.cells]));
  return instanceNames(graph).map((name) => resourcesOf(byName.get(name) ?? {}, CELL_SIZES[fabric]));
}

function emitted(graph: Graph): Map<string, string | Uint8Array> {
  return new Map(emitVerilog(graph));
}

/** All designs in one graph, each between ports of its own. */
function sideBySide(designs: readonly Design[]): Graph {
  const values: Record<string, ValueType> = {};
  const inputs: InputPort[] = [];
  const outputs: OutputPort[] = [];
  const nodes: Node[] = [];
  const consts: Record<string, Graph['consts'][string]> = {};
  const port = (value: string, type: ValueType): OutputPort => {
    values[value] = type;
    return { name: value, value, steps: [], layout: { shape: type.shape, perm: [0] } };
  };
  for (const { kernel, seed, ctx, subject } of designs) {
    const name = nameOf(kernel, seed);
    const ins = ctx.inputs.map((type, i) => ({ ...port(`${name}_x${i}`, type), range: rangeOf(type) }));
    const outs = ctx.outputs.map((type, i) => port(`${name}_y${i}`, type));
    for (const [role, c] of Object.entries(ctx.consts)) consts[`${name}.${role}`] = c;
    inputs.push(...ins);
    outputs.push(...outs);
    nodes.push({
      name,
      op: kernel,
      attrs: subject.kernel.attrs,
      inputs: ins.map((p) => p.value),
      consts: Object.fromEntries(Object.keys(ctx.consts).map((role) => [role, `${name}.${role}`])),
      outputs: outs.map((p) => p.value),
      origin: [],
    });
  }
  return { name: 'designs', level: 'kernel', inputs, outputs, nodes, values, consts };
}

function rangeOf(type: ValueType): readonly [number, number] {
  const { lo, hi } = elemRange(type.elem);
  return [lo, hi];
}
