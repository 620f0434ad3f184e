/** Evaluation order of a netlist: drivers before readers, unused logic left out, loops reported by name. */
import type { YosysBit } from '../../tools/yosys.ts';

/** A step of lowering: reads `inputs`, drives `outputs`. A unit without outputs is a root (state, port, memory write). */
export interface Unit {
  readonly name: string;
  readonly inputs: readonly YosysBit[];
  readonly outputs: readonly YosysBit[];
  lower(): void;
}

interface Frame {
  readonly unit: number;
  readonly drivers: readonly number[];
  next: number;
}

/** Runs `lower` of every unit that a root needs, each after the drivers of its inputs. */
export function lowerInOrder(units: readonly Unit[], nameOf: (bit: YosysBit) => string): void {
  const driver: (number | undefined)[] = [];
  for (const [index, unit] of units.entries()) {
    for (const bit of unit.outputs) {
      if (typeof bit !== 'number') continue;
      if (driver[bit] !== undefined) throw new Error(`wasm simulator: net ${nameOf(bit)} has several drivers`);
      driver[bit] = index;
    }
  }
  const state: ('open' | 'done' | undefined)[] = [];
  const driversOf = (index: number): number[] => {
    const found = new Set<number>();
    for (const bit of units[index]?.inputs ?? []) {
      const from = typeof bit === 'number' ? driver[bit] : undefined;
      if (from !== undefined && state[from] !== 'done') found.add(from);
    }
    return [...found];
  };
  for (const [root, unit] of units.entries()) {
    if (unit.outputs.length > 0) continue;
    const stack: Frame[] = [{ unit: root, drivers: driversOf(root), next: 0 }];
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const next = frame.drivers[frame.next++];
      if (next === undefined) {
        units[frame.unit]?.lower();
        state[frame.unit] = 'done';
        stack.pop();
      } else if (state[next] === 'open') {
        throw new Error(loopMessage(stack.slice(stack.findIndex((f) => f.unit === next)), units, nameOf));
      } else if (state[next] !== 'done') {
        state[next] = 'open';
        stack.push({ unit: next, drivers: driversOf(next), next: 0 });
      }
    }
  }
}

function loopMessage(loop: readonly Frame[], units: readonly Unit[], nameOf: (bit: YosysBit) => string): string {
  const nets = loop.flatMap((frame) => {
    const first = units[frame.unit]?.outputs.find((bit) => typeof bit === 'number');
    return first === undefined ? [] : [nameOf(first)];
  });
  // Yosys' own names begin with a dollar sign: they say little, unless there is nothing else.
  const given = nets.filter((net) => !net.startsWith('$'));
  const named = [...new Set(given.length > 0 ? given : nets)];
  return `wasm simulator: combinational loop through the nets ${named.join(', ')}`;
}
