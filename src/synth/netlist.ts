/** What Yosys' `stat -json` and `write_json` say about a mapped design with its kernels kept apart. */
import { invariant } from '../diag/diagnostic.ts';
import type { Cells } from './resources.ts';

/** An instance in the top module and the cells below it. */
export interface Instance {
  readonly name: string;
  readonly cells: Cells;
}

export interface MappedDesign {
  /** Cells of the top module itself, between the instances. */
  readonly glue: Cells;
  readonly instances: readonly Instance[];
}

interface Statistics {
  readonly modules: { readonly [name: string]: { readonly num_cells_by_type: Cells } };
}

interface Netlist {
  readonly modules: {
    readonly [name: string]: { readonly cells: { readonly [name: string]: { readonly type: string } } };
  };
}

/** Its modules alone: older versions of Yosys write lines that are no JSON after them, where a kept module holds another. */
function modulesOf(stat: string): string {
  const end = /\n {3}\},?[ ]*\n/.exec(stat);
  return end ? `${stat.slice(0, end.index)}\n}}` : stat;
}

/** Verilog's names start with a backslash inside Yosys. */
const plain = (name: string): string => name.replace(/^\\/, '');

/** `stat`: the output of `stat -json`; `netlist`: that of `write_json` for the top module, whose instances are kept. */
export function readDesign(stat: string, netlist: string, top: string): MappedDesign {
  const { modules } = JSON.parse(modulesOf(stat)) as Statistics;
  const cellsOf = new Map(Object.entries(modules).map(([name, m]) => [plain(name), m.num_cells_by_type]));
  const module = (JSON.parse(netlist) as Netlist).modules[top];
  invariant(module, `Yosys: the netlist has no module ${top}`);
  const instances = Object.entries(module.cells).flatMap(([name, { type }]): Instance[] => {
    const own = cellsOf.get(plain(type));
    return own ? [{ name, cells: leaves(own, cellsOf) }] : [];
  });
  const glue = Object.entries(cellsOf.get(top) ?? {}).filter(([type]) => !cellsOf.has(plain(type)));
  return { glue: Object.fromEntries(glue), instances };
}

/** Cells with those of kept modules below them in their place. */
function leaves(cells: Cells, modules: ReadonlyMap<string, Cells>): Cells {
  const sum: Record<string, number> = {};
  for (const [type, count] of Object.entries(cells)) {
    const inner = modules.get(plain(type));
    const parts = inner ? leaves(inner, modules) : { [type]: 1 };
    for (const [t, n] of Object.entries(parts)) sum[t] = (sum[t] ?? 0) + n * count;
  }
  return sum;
}

export function addCells(all: readonly Cells[]): Cells {
  const sum: Record<string, number> = {};
  for (const cells of all) for (const [t, n] of Object.entries(cells)) sum[t] = (sum[t] ?? 0) + n;
  return Object.fromEntries(Object.entries(sum).sort(([a], [b]) => (a < b ? -1 : 1)));
}
