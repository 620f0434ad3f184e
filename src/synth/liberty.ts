/** What is needed of a Liberty file: areas of cells, capacitances of their inputs, and the voltage. */
import { fail } from '../diag/diagnostic.ts';
import { badLiberty } from '../diag/messages-synth.ts';
import { attributesOf, type Group } from './liberty-text.ts';

/** Capacitance of a cell's inputs, in farads: those that data drives, and those that a clock does. */
export interface Load {
  readonly data: number;
  readonly clock: number;
}

export interface Library {
  readonly name: string;
  /** Cell → area, in the library's unit. */
  readonly areas: ReadonlyMap<string, number>;
  /** Area of the smallest two-input NAND, the unit of gate equivalents; undefined where no cell is called so. */
  readonly gate: number | undefined;
  /** Cell → what its inputs load what drives them with. */
  readonly loads: ReadonlyMap<string, Load>;
  /** Nominal supply, in volts; undefined where the library does not say. */
  readonly volts: number | undefined;
}

const NAND2 = /(^|_)nand2/i;

const FARADS: { readonly [unit: string]: number } = { ff: 1e-15, pf: 1e-12 };

/** Attributes of a pin of a cell, as they are written. */
interface Pin {
  readonly cell: string;
  readonly [attribute: string]: string;
}

/** Reads cells, areas and loads; a diagnostic where the text is no Liberty library with cells of known area. */
export function readLiberty(text: string, file: string): Library {
  const refuse = (why: string): never => fail(badLiberty(file, why));
  const areas = new Map<string, number>();
  const pins = new Map<Group, Pin>();
  let [name, volts, farads] = ['', 0, FARADS['pf'] as number];
  for (const a of attributesOf(text, refuse)) {
    const [library, cell, pin] = a.groups;
    const where = a.groups.map((g) => g.type).join('/');
    name = library?.name ?? name;
    if (where === 'library' && a.name === 'nom_voltage') volts = Number(a.value);
    if (where === 'library' && a.name === 'capacitive_load_unit') farads = unitOf(a.value) ?? farads;
    if (where === 'library/cell' && a.name === 'area' && cell) {
      const area = Number(a.value);
      if (!(area >= 0)) refuse(`the area of cell ${cell.name} is no number`);
      areas.set(cell.name, area);
    }
    if (where === 'library/cell/pin' && cell && pin) {
      pins.set(pin, { ...pins.get(pin), [a.name]: a.value, cell: cell.name });
    }
  }
  if (areas.size === 0) refuse('it has no cell with an area');
  const gates = [...areas].flatMap(([cell, area]) => (NAND2.test(cell) && area > 0 ? [area] : []));
  return {
    name,
    areas,
    gate: gates.length > 0 ? Math.min(...gates) : undefined,
    loads: loadsOf([...pins.values()], farads),
    volts: volts > 0 ? volts : undefined,
  };
}

/** `1,pf` in farads. */
function unitOf(text: string): number | undefined {
  const [factor, unit = ''] = text.split(',');
  const farads = Number(factor) * (FARADS[unit.toLowerCase()] ?? Number.NaN);
  return farads > 0 ? farads : undefined;
}

function loadsOf(pins: readonly Pin[], unit: number): Map<string, Load> {
  const loads = new Map<string, Load>();
  for (const pin of pins) {
    const capacitance = Number(pin['capacitance'] ?? 0) * unit;
    if (pin['direction'] !== 'input' || !(capacitance > 0)) continue;
    const { data, clock } = loads.get(pin.cell) ?? { data: 0, clock: 0 };
    const own = pin['clock'] === 'true';
    loads.set(pin.cell, { data: data + (own ? 0 : capacitance), clock: clock + (own ? capacitance : 0) });
  }
  return loads;
}
