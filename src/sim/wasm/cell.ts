/** A typed view of one netlist cell. */
import type { YosysBit, YosysCell } from '../../tools/yosys.ts';

export interface Cell {
  readonly name: string;
  readonly type: string;
  /** Numeric parameter. */
  number(parameter: string): number;
  flag(parameter: string): boolean;
  /** The digits of a parameter, least significant first; x and z count as 0. */
  digits(parameter: string): string;
  /** The bits of a port; an error where the port does not exist. */
  bits(port: string): readonly YosysBit[];
  has(port: string): boolean;
  /** The bits of all ports of a direction. */
  all(direction: 'input' | 'output'): readonly YosysBit[];
}

export function viewOf(name: string, cell: YosysCell): Cell {
  const text = (parameter: string): string => {
    const value = cell.parameters[parameter];
    if (value === undefined)
      throw new Error(`wasm simulator: cell ${name} (${cell.type}) has no parameter ${parameter}`);
    return value;
  };
  return {
    name,
    type: cell.type,
    number: (parameter) => Number.parseInt(text(parameter).replace(/[xz]/g, '0'), 2),
    flag: (parameter) => text(parameter).includes('1'),
    digits: (parameter) => [...text(parameter)].reverse().join('').replace(/[xz]/g, '0'),
    bits: (port) => {
      const bits = cell.connections[port];
      if (bits === undefined) throw new Error(`wasm simulator: cell ${name} (${cell.type}) has no port ${port}`);
      return bits;
    },
    has: (port) => port in cell.connections,
    all: (direction) =>
      Object.entries(cell.connections).flatMap(([port, bits]) =>
        cell.port_directions?.[port] === direction ? bits : [],
      ),
  };
}
