/**
 * Small truth tables of very large circuits as modules, such as those of multipliers, when weights are loaded: written out at each of a hundred
 * thousand places, a few tables would fill the memory of every tool that reads them.
 */
import { type Netlist, nodeAt, opAt } from '../../../netlist/netlist.ts';
import { bitOf, type NetNode } from '../../../netlist/op.ts';
import { bitsAt, isKnown } from '../../../netlist/pipeline.ts';
import { freePrefix } from '../../prefix.ts';
import { MOST_VARIABLES } from './formula.ts';
import { type Bits, tableKey } from './split.ts';
import { type TableText, tableText } from './table.ts';

/** What `tables.v.hbs` names. */
export interface TableView {
  readonly module: string;
  /** Index of the highest bit of the input and of the output. */
  readonly input: number;
  readonly output: number;
  readonly wires: readonly string[];
  /** One bit of the output each, highest first. */
  readonly bits: readonly string[];
}

/** Modules by what they compute, as {@link tableKey} says it. */
export type SharedTables = ReadonlyMap<string, TableView>;

/** Fewer pins are no more text where they stand. */
const LEAST_PINS = 3;

/** So many tables can stand where they are. A synthesis that keeps modules apart finds more to share then. */
const MANY = 20_000;

/** The bits of a table's result, lowest first: what each is for every combination of pins. */
export function rowsOf(node: NetNode, width: number): Bits[] {
  const entries = Array.from(node.params).slice(node.args.length);
  return Array.from({ length: width }, (_, k) => entries.map((e) => bitOf(e, k)));
}

/**
 * The tables that stand in a circuit at least twice, in the order in which they first do; none where there are less than `many`.
 * `taken`: names of other modules.
 */
export function sharedTables(net: Netlist, module: string, taken: readonly string[], many = MANY): SharedTables {
  const found = new Map<string, { rows: readonly Bits[]; pins: number; times: number }>();
  for (let i = 0; i < net.op.length; i++) {
    if (opAt(net, i).name !== 'table' || isKnown(net, i)) continue;
    const node = nodeAt(net, i);
    const pins = node.args.length;
    if (pins < LEAST_PINS || pins > MOST_VARIABLES) continue;
    const rows = rowsOf(node, bitsAt(net, i));
    const key = tableKey(rows);
    const known = found.get(key);
    if (known) known.times++;
    else found.set(key, { rows, pins, times: 1 });
  }
  const shared = [...found].filter(([, { times }]) => times > 1);
  if (shared.reduce((sum, [, { times }]) => sum + times, 0) < many) return new Map();
  const prefix = freePrefix(`${module}_table`, taken);
  return new Map(shared.map(([key, { rows, pins }], i) => [key, viewOf(`${prefix}${i}`, rows, pins)]));
}

function viewOf(module: string, rows: readonly Bits[], pins: number): TableView {
  const names = Array.from({ length: pins }, (_, i) => `i[${i}]`);
  const { wires, bits }: TableText = tableText('w', names, rows);
  return { module, input: pins - 1, output: rows.length - 1, wires, bits: [...bits].reverse() };
}
