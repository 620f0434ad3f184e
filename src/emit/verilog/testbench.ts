import type { Graph } from '../../ir/graph.ts';
import { axiMasters, memoryImage } from '../../kernels/axi.ts';
import { type AxisPort, axisPorts } from '../../kernels/axis.ts';
import { quietInputs } from '../../kernels/unrolled/load.ts';
import { hexLines } from '../../num/hex.ts';
import { type FileSet, fileSet } from '../fileset.ts';
import { readAsset, render } from '../handlebars.ts';
import { moduleName } from './names.ts';

/** Beats of a port for the whole test: `width / 8` bytes each, little-endian, as on `tdata`. */
export interface PortVectors {
  readonly beats: Uint8Array;
}

const HARNESS = ['sluice_tb_source.v', 'sluice_tb_sink.v', 'sluice_tb_control.v'];
const MEMORY = 'sluice_tb_memory.v';

/** Far above what a design takes without a handshake; a test that hangs ends after this many idle cycles. */
const IDLE_LIMIT = 1_000_000;

/**
 * A self-checking test bench in plain Verilog, for Icarus and `verilator --binary`. Paths are relative to the build's
 * `sim` folder, which lies beside `rtl`. `inputs` and `expected` hold whole frames, one entry per port of the graph.
 */
export function emitTestBench(graph: Graph, inputs: readonly PortVectors[], expected: readonly PortVectors[]): FileSet {
  const top = moduleName(graph.name);
  const ports = axisPorts(graph);
  const views = [
    ...ports.inputs.map((port, i) => portView(port, 'source', i, inputs[i])),
    ...ports.outputs.map((port, j) => portView(port, 'sink', j, expected[j])),
  ];
  const join = (list: readonly AxisPort[], suffix: string, operator: string): string =>
    list.map((p) => `${p.name}${suffix}`).join(operator);
  const all = [...ports.inputs, ...ports.outputs];
  const masters = axiMasters(graph);
  const image = masters.length > 0 ? memoryImage(graph) : new Uint8Array(0);
  const harness = masters.length > 0 ? [...HARNESS, MEMORY] : HARNESS;
  const view = {
    top,
    idleLimit: IDLE_LIMIT,
    ports: views.map((v, i) => ({ ...v, seed: seedOf(i) })),
    quiet: quietInputs(graph),
    masters: masters.map((m, i) => ({ ...m, msb: m.width - 1, index: i, seeds: seedsOf(views.length + 2 * i) })),
    moved: join(all, '_moved', ' || '),
    inputsDone: join(ports.inputs, '_done', ' && ') || "1'b1",
    outputsDone: join(ports.outputs, '_done', ' && '),
    failed: [...all, ...masters].map((p) => `${p.name}_errors != 0`).join(' || '),
  };
  const sources = [...harness, `${top}_tb.v`];
  return fileSet([
    ...harness.map((file) => [file, readAsset(`sim/rtl/${file}`)] as const),
    [`${top}_tb.v`, render('verilog/testbench.v', view)],
    ['sources.f', sources.map((file) => `../sim/${file}\n`).join('')],
    ...views.map((v) => [`vectors/${v.name}.hex`, v.hex] as const),
    ...masters.map(
      ({ name, base, bytes, width }) =>
        [`vectors/${name}.hex`, hexLines(image.subarray(base, base + bytes), width / 8)] as const,
    ),
  ]);
}

const seedOf = (index: number): number => Math.imul(index + 1, 0x9e3779b1) >>> 0;
const seedsOf = (index: number): { ar: number; r: number } => ({ ar: seedOf(index), r: seedOf(index + 1) });

function portView(port: AxisPort, role: 'source' | 'sink', index: number, vectors: PortVectors | undefined) {
  const bytes = port.width / 8;
  const beats = vectors?.beats ?? new Uint8Array(0);
  return {
    name: port.name,
    role,
    index,
    width: port.width,
    msb: port.width - 1,
    beats: beats.length / bytes,
    frameBeats: port.beatsPerFrame,
    hex: hexLines(beats, bytes),
  };
}
