/** What is needed of a Liberty file: areas of cells, capacitances of their inputs, and the voltage. */
import { fail } from '../diag/diagnostic.ts';
import { badLiberty } from '../diag/messages-synth.ts';

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

/** Comments, quoted text (which may hold anything), line continuations, words and punctuation. */
const TOKEN = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\]|\\[\s\S])*"|\\\r?\n|[{}():;,]|[^\s{}():;,"]+/g;

const NAND2 = /(^|_)nand2/i;

/** Reads cells, areas and loads; a diagnostic where the text is no Liberty library with cells of known area. */
export function readLiberty(text: string, file: string): Library {
  const tokens = text.match(TOKEN)?.filter((t) => !/^(\/\*|\/\/|\\\r?\n)/.test(t)) ?? [];
  const refuse = (why: string): never => fail(badLiberty(file, why));
  if (tokens[0] !== 'library' || tokens[1] !== '(') refuse('it does not begin with a library group');
  const areas = new Map<string, number>();
  const loads = new Map<string, Load>();
  const groups: string[] = [];
  let [cell, volts, farads]: [string, number | undefined, number] = ['', undefined, FARADS['pf'] as number];
  let pin: Pin = NO_PIN;
  for (const [i, t] of tokens.entries()) {
    const where = groups.slice(1).join('/');
    const value = tokens[i + 1] === ':' ? unquoted(tokens[i + 2] ?? '') : undefined;
    if (t === '{') {
      groups.push(groupName(tokens, i));
      if (groups.at(-1) === 'pin') pin = NO_PIN;
    } else if (t === '}') {
      if (groups.length === 0) refuse('its braces do not match');
      if (groups.pop() === 'pin' && where === 'cell/pin') loads.set(cell, loaded(loads.get(cell), pin, farads));
    } else if (t === 'cell' && tokens[i + 1] === '(') cell = unquoted(tokens[i + 2] ?? '');
    else if (t === 'capacitive_load_unit') farads = unitOf(tokens.slice(i + 2, i + 5)) ?? farads;
    else if (value === undefined) continue;
    else if (where === '' && t === 'nom_voltage') volts = Number(value);
    else if (where === 'cell' && t === 'area') {
      const area = Number(value);
      if (!(area >= 0)) refuse(`the area of cell ${cell} is no number`);
      areas.set(cell, area);
    } else if (where === 'cell/pin') pin = { ...pin, [t]: value };
  }
  if (groups.length > 0) refuse('it ends within a group: it is truncated');
  if (areas.size === 0) refuse('it has no cell with an area');
  const gates = [...areas].flatMap(([name, area]) => (NAND2.test(name) && area > 0 ? [area] : []));
  const gate = gates.length > 0 ? Math.min(...gates) : undefined;
  return {
    name: unquoted(tokens[2] ?? ''),
    areas,
    gate,
    loads,
    volts: volts !== undefined && volts > 0 ? volts : undefined,
  };
}

/** Attributes of a pin, as they are written. */
type Pin = { readonly [attribute: string]: string };
const NO_PIN: Pin = {};

/** A cell's load with one more pin. */
function loaded(load: Load = { data: 0, clock: 0 }, pin: Pin, farads: number): Load {
  const capacitance = Number(pin['capacitance'] ?? 0) * farads;
  if (pin['direction'] !== 'input' || !(capacitance > 0)) return load;
  return pin['clock'] === 'true'
    ? { ...load, clock: load.clock + capacitance }
    : { ...load, data: load.data + capacitance };
}

const FARADS: { readonly [unit: string]: number } = { ff: 1e-15, pf: 1e-12 };

/** `1, pf` between the parentheses, in farads. */
function unitOf([factor = '', , unit = '']: readonly string[]): number | undefined {
  const farads = Number(factor) * (FARADS[unquoted(unit).toLowerCase()] ?? Number.NaN);
  return farads > 0 ? farads : undefined;
}

/** The word before the parentheses that stand before an opening brace. */
function groupName(tokens: readonly string[], brace: number): string {
  let i = brace - 1;
  while (i > 0 && tokens[i] !== '(') i--;
  return tokens[i - 1] ?? '';
}

const unquoted = (text: string): string => text.replace(/^"|"$/g, '');
