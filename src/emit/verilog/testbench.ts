import type { Graph } from '../../ir/graph.ts';
import { type AxisPort, axisPorts } from '../../kernels/axis.ts';
import { type FileSet, fileSet } from '../fileset.ts';
import { readAsset, render } from '../handlebars.ts';
import { moduleName } from './names.ts';

/** Beats of a port for the whole test: `width / 8` bytes each, little-endian, as on `tdata`. */
export interface PortVectors {
  readonly beats: Uint8Array;
}

const HARNESS = ['sluice_tb_source.v', 'sluice_tb_sink.v', 'sluice_tb_control.v'];

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
  const view = {
    top,
    idleLimit: IDLE_LIMIT,
    ports: views.map((v, i) => ({ ...v, seed: Math.imul(i + 1, 0x9e3779b1) >>> 0 })),
    moved: join(all, '_moved', ' || '),
    inputsDone: join(ports.inputs, '_done', ' && ') || "1'b1",
    outputsDone: join(ports.outputs, '_done', ' && '),
    failed: join(all, '_errors != 0', ' || '),
  };
  const sources = [...HARNESS, `${top}_tb.v`];
  return fileSet([
    ...HARNESS.map((file) => [file, readAsset(`sim/rtl/${file}`)] as const),
    [`${top}_tb.v`, render('verilog/testbench.v', view)],
    ['sources.f', sources.map((file) => `../sim/${file}\n`).join('')],
    ...views.map((v) => [`vectors/${v.name}.hex`, v.hex] as const),
  ]);
}

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

/** One beat per line, most significant byte first. */
function hexLines(beats: Uint8Array, bytesPerBeat: number): string {
  const lines: string[] = [];
  for (let at = 0; at < beats.length; at += bytesPerBeat) {
    lines.push(`${Buffer.from(beats.slice(at, at + bytesPerBeat).reverse()).toString('hex')}\n`);
  }
  return lines.join('');
}
