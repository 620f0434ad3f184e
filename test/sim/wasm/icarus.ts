/** Runs a module on vectors in Icarus Verilog and in the WASM simulator, and gives both outputs as hex strings. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compileNetlist } from '../../../src/sim/wasm/compile.ts';
import { compileModules } from '../../../src/sim/wasm/engine.ts';
import { instantiate } from '../../../src/sim/wasm/instance.ts';
import { elaborate, type YosysNetlist } from '../../../src/tools/elaborate.ts';

export interface Port {
  readonly name: string;
  readonly width: number;
}

/** A module `dut` with the ports `inputs`, `outputs` and, where it is clocked, `clk`. */
export interface Bench {
  readonly body: string;
  readonly clocked: boolean;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly files?: ReadonlyMap<string, string>;
}

/** One row per vector, one hexadecimal string per output; Icarus writes x and z for unknown digits. */
export type Rows = readonly (readonly string[])[];

export const hasIcarus = spawnSync('iverilog', ['-V']).status === 0;

export function sourceOf(bench: Bench): string {
  const range = (port: Port): string => `[${port.width - 1}:0] ${port.name}`;
  const ports = [
    ...(bench.clocked ? ['input clk'] : []),
    ...bench.inputs.map((port) => `input ${range(port)}`),
    ...bench.outputs.map((port) => `output ${range(port)}`),
  ];
  return `module dut(\n  ${ports.join(',\n  ')});\n${bench.body}\nendmodule\n`;
}

export function runIcarus(bench: Bench, vectors: readonly (readonly bigint[])[]): Rows {
  const width = bench.inputs.reduce((sum, port) => sum + port.width, 0);
  const packed = vectors.map((values) => {
    const word = bench.inputs.reduceRight((sum, port, i) => (sum << BigInt(port.width)) | (values[i] ?? 0n), 0n);
    return word.toString(16);
  });
  let offset = 0;
  const inputs = bench.inputs.map((port) => {
    const connection = `.${port.name}(v[${offset} +: ${port.width}])`;
    offset += port.width;
    return connection;
  });
  const connections = [
    ...(bench.clocked ? ['.clk(clk)'] : []),
    ...inputs,
    ...bench.outputs.map((port) => `.${port.name}(${port.name})`),
  ];
  const test = `module tb;
  reg [${width - 1}:0] vectors [0:${vectors.length - 1}];
  reg [${width - 1}:0] v;
  reg clk;
  integer i;
  ${bench.outputs.map((port) => `wire [${port.width - 1}:0] ${port.name};`).join('\n  ')}
  dut d(${connections.join(', ')});
  initial begin
    $readmemh("vectors.hex", vectors);
    clk = 0;
    for (i = 0; i < ${vectors.length}; i = i + 1) begin
      v = vectors[i]; #5;
      ${bench.outputs.map((port) => `$write("%h ", ${port.name});`).join('\n      ')}
      $write("\\n");
      clk = 1; #5;
      clk = 0; #5;
    end
    $finish;
  end
endmodule
`;
  const directory = mkdtempSync(join(tmpdir(), 'sluice-icarus-'));
  try {
    const files = [...(bench.files ?? []), ['dut.v', sourceOf(bench)], ['tb.v', test]] as [string, string][];
    for (const [path, content] of [...files, ['vectors.hex', packed.join('\n')] as [string, string]]) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), content);
    }
    execFileSync('iverilog', ['-g2005', '-s', 'tb', '-o', 'tb.vvp', 'dut.v', 'tb.v'], { cwd: directory });
    const output = execFileSync('vvp', ['-n', 'tb.vvp'], { cwd: directory, maxBuffer: 1 << 28 }).toString();
    const lines = output.split('\n').filter((line) => /^[0-9a-fxzXZ]+ /.test(line));
    return lines.map((line) => line.trim().split(' '));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

export async function netlistOf(bench: Bench): Promise<YosysNetlist> {
  return elaborate(new Map([...(bench.files ?? []), ['dut.v', sourceOf(bench)]]), 'dut');
}

export async function runWasm(
  bench: Bench,
  netlist: YosysNetlist,
  vectors: readonly (readonly bigint[])[],
  chunkNodes = 6000,
): Promise<Rows> {
  const { wasm, layout } = compileNetlist(netlist, { inputs: [], outputs: [] }, { chunkNodes });
  const simulator = await instantiate(await compileModules(wasm), layout);
  return vectors.map((values) => {
    for (const [i, port] of bench.inputs.entries()) simulator.set(port.name, values[i] ?? 0n);
    simulator.step();
    return bench.outputs.map((port) => {
      const digits = Math.ceil(port.width / 4);
      return simulator.get(port.name).toString(16).padStart(digits, '0');
    });
  });
}

/** Whether the values agree in every digit that Icarus knows. */
export function agrees(known: string, value: string): boolean {
  return known.length === value.length && [...known].every((digit, i) => /[xz]/i.test(digit) || digit === value[i]);
}

/** The type of each cell of a netlist, without repetition. */
export function cellTypes(netlist: YosysNetlist): string[] {
  return [...new Set(Object.values(netlist.module.cells).map((cell) => cell.type))].sort();
}
