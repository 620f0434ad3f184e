/** Modules without state that a netlist keeps as they are: each instance becomes part of its user's graph. */
import type { YosysModule } from '../../tools/yosys.ts';
import { viewOf } from './cell.ts';
import { COMBINATIONAL } from './cells.ts';
import { combinationalUnit } from './combinational.ts';
import type { Graph } from './graph.ts';
import { lowerInOrder, type Unit } from './order.ts';
import type { Scratch } from './shift.ts';
import { Signals } from './signal.ts';
import { type Word, zext } from './word.ts';

/** The words on the output ports of an instance. */
export function lowerStateless(
  module: YosysModule,
  g: Graph,
  memory: Scratch,
  input: (port: string) => Word,
): ReadonlyMap<string, Word> {
  const signals = new Signals(g);
  const outputs = new Map<string, Word>();
  const units: Unit[] = [];
  for (const [name, { direction, bits }] of Object.entries(module.ports)) {
    if (direction === 'input') signals.drive(bits, input(name));
    else {
      const lower = (): void => void outputs.set(name, zext(g, signals.read(bits), bits.length));
      units.push({ name, inputs: bits, outputs: [], lower });
    }
  }
  for (const [name, raw] of Object.entries(module.cells)) {
    const cell = viewOf(name, raw);
    const combinational = COMBINATIONAL[cell.type];
    if (!combinational)
      throw new Error(`wasm simulator: cell ${name} has the type ${cell.type}, in a module without state`);
    units.push(combinationalUnit(g, memory, signals, cell, combinational));
  }
  lowerInOrder(units, (bit) => `#${bit}`);
  return outputs;
}
