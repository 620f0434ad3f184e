/** A combinational cell as a step of lowering. */
import type { Cell } from './cell.ts';
import type { Lowering } from './cells.ts';
import type { Graph } from './graph.ts';
import type { Unit } from './order.ts';
import type { Scratch } from './shift.ts';
import type { Signals } from './signal.ts';

export function combinationalUnit(g: Graph, memory: Scratch, signals: Signals, cell: Cell, lowering: Lowering): Unit {
  const context = { g, memory, cell, input: (port: string) => signals.read(cell.bits(port)) };
  const outputs = cell.bits('Y');
  return {
    name: cell.name,
    inputs: ['A', 'B', 'S'].flatMap((port) => (cell.has(port) ? [...cell.bits(port)] : [])),
    outputs,
    lower: () => signals.drive(outputs, lowering(context)),
  };
}
