/** What a mapped design takes of energy, from the capacitances of its cells and how much its logic moves. */
import type { Library } from './liberty.ts';
import type { Cells } from './resources.ts';

/** An estimate, with all that it is made of: joules, farads, volts. */
export interface Energy {
  /** ½ · rate · load · volts²: the inputs of all cells, charged or discharged where their bit changes. */
  readonly data: number;
  /** clock · volts²: the clock inputs of all flip-flops, charged and discharged once in each cycle. */
  readonly clock: number;
  readonly load: number;
  readonly clockLoad: number;
  readonly volts: number;
  /** The mean share of bits that change from one cycle to the next. */
  readonly rate: number;
}

/**
 * Energy of one cycle. Wires, glitches, currents inside the cells and leakage are not in it: it is a lower bound for the
 * activity that it is given. Undefined where the library says nothing of voltage or capacitance.
 */
export function energyOf(cells: Cells, { loads, volts }: Library, rate: number): Energy | undefined {
  if (volts === undefined) return undefined;
  let [load, clockLoad] = [0, 0];
  for (const [type, n] of Object.entries(cells)) {
    load += n * (loads.get(type)?.data ?? 0);
    clockLoad += n * (loads.get(type)?.clock ?? 0);
  }
  if (load === 0) return undefined;
  return { data: (rate * load * volts ** 2) / 2, clock: clockLoad * volts ** 2, load, clockLoad, volts, rate };
}
