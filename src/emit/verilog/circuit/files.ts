/** The files of a circuit: one, or for very large ones more, since no tool likes them in one piece. */
import type { ValueType } from '../../../ir/graph.ts';
import type { RegisteredCircuit } from '../../../kernels/kernel.ts';
import { render } from '../../handlebars.ts';
import { partNames, type Sizes } from '../../parts.ts';
import { circuitView } from './module.ts';
import type { PartModules } from './parts.ts';
import { sharedTables } from './tables.ts';

type File = readonly [path: string, text: string];

/** What is read first stands first. `taken`: names of other modules. */
export function circuitFiles(
  module: string,
  p: RegisteredCircuit,
  inputs: readonly ValueType[],
  outputs: readonly ValueType[],
  taken: readonly string[],
  sizes: Sizes = {},
): File[] {
  const tables = sharedTables(p.net, module, taken, sizes.tables);
  const division = partNames(p.net, module, taken, sizes);
  const { circuit, divided } = circuitView(module, p, inputs, outputs, tables, division);
  const tableView = { circuit: module, tables: [...tables.values()] };
  return [
    ...(tables.size > 0 ? [[`${module}_tables.v`, render('verilog/tables.v', tableView)] as const] : []),
    ...(divided ? partFiles(divided) : []),
    [`${module}.v`, render('verilog/circuit.v', circuit)],
  ];
}

const partFiles = ({ parts, all }: PartModules): File[] => [
  ...parts.map((part): File => [`${part.module}.v`, render('verilog/part.v', part)]),
  [`${all.module}.v`, render('verilog/parts.v', all)],
];
