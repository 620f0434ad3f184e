/** Netlists written by hand, for cells that Verilog sources rarely lead to. */
import { compileNetlist } from '../../../src/sim/wasm/compile.ts';
import { compileModules } from '../../../src/sim/wasm/engine.ts';
import { instantiate, type Simulator } from '../../../src/sim/wasm/instance.ts';
import type { YosysNetlist } from '../../../src/tools/elaborate.ts';
import type { YosysBit, YosysCell } from '../../../src/tools/yosys.ts';

export type Widths = Readonly<Record<string, number>>;

const digits = (value: number): string => value.toString(2).padStart(32, '0');

/** One cell whose ports are the ports of the module. */
export function oneCell(
  type: string,
  inputs: Widths,
  outputs: Widths,
  parameters: Readonly<Record<string, number>> = {},
): YosysNetlist {
  let next = 2;
  const bitsOf = (widths: Widths): [string, YosysBit[]][] =>
    Object.entries(widths).map(([name, width]) => [name, Array.from({ length: width }, () => next++)]);
  const [ins, outs] = [bitsOf(inputs), bitsOf(outputs)];
  const cell: YosysCell = {
    type,
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, digits(value)])),
    connections: Object.fromEntries([...ins, ...outs]),
  };
  const ports = [
    ...ins.map(([name, bits]) => [name, { direction: 'input' as const, bits }] as const),
    ...outs.map(([name, bits]) => [name, { direction: 'output' as const, bits }] as const),
  ];
  const netnames = Object.fromEntries([...ins, ...outs].map(([name, bits]) => [name, { bits, attributes: {} }]));
  return { top: 'top', module: { ports: Object.fromEntries(ports), cells: { cell }, netnames }, kept: new Map() };
}

export async function simulatorOf(netlist: YosysNetlist, chunkNodes = 6000): Promise<Simulator> {
  const { wasm, layout } = compileNetlist(netlist, { inputs: [], outputs: [] }, { chunkNodes });
  return instantiate(await compileModules(wasm), layout);
}
