/**
 * Truth tables in Verilog. A synthesiser opens an index into a constant into a tree of multiplexers before it looks at
 * the constant: for thousands of tables, more memory than machines have. A circuit of a few operators is there from the start.
 */
import { CONSTANT, type Formula } from './formula.ts';
import { type Bits, type Plan, planOf } from './split.ts';

/** An expression for each bit, lowest first, after the wires that they share. */
export interface TableText {
  readonly wires: readonly string[];
  readonly bits: readonly string[];
}

/** A table over at most six pins: bits, inverted (`~`) or not. `name`: with which the names of its wires begin. */
export function tableText(name: string, pins: readonly string[], rows: readonly Bits[]): TableText {
  const wires: string[] = [];
  const wire = (text: string): string => {
    const own = `${name}_${wires.length}`;
    wires.push(`wire ${own} = ${text};`);
    return own;
  };
  return { bits: bitsOf(planOf(rows), pins, wire), wires };
}

type NewWire = (text: string) => string;

function bitsOf(plan: Plan, pins: readonly string[], wire: NewWire): string[] {
  if (plan.kind === 'formulas') return textsOf(plan.formulas, pins, wire);
  const at = (v: number): string => pins[v] as string;
  const inner = bitsOf(plan.inner, plan.bound.map(at), wire);
  return bitsOf(plan.outer, [...inner.map((t) => (isPin(t) ? t : wire(t))), ...plan.others.map(at)], wire);
}

const isPin = (text: string): boolean => /^~?\S+$/.test(text);

const inverse = (pin: string): string => (pin.startsWith('~') ? pin.slice(1) : `~${pin}`);

const SYMBOLS = { and: '&', or: '|', xor: '^' } as const;

/** What stands in several formulas becomes a wire. */
function textsOf(formulas: readonly Formula[], pins: readonly string[], wire: NewWire): string[] {
  const uses = new Map<Formula, number>();
  const count = (f: Formula): void => {
    const n = uses.get(f) ?? 0;
    uses.set(f, n + 1);
    if (n === 0) f.others.forEach(count);
  };
  formulas.forEach(count);
  const names = new Map<Formula, string>();
  const shared = (f: Formula): string => {
    const found = names.get(f);
    if (found !== undefined) return found;
    const text = write(f);
    if (f.kind === 'leaf' || (uses.get(f) ?? 0) < 2) return text;
    const name = wire(text);
    names.set(f, name);
    return name;
  };
  const write = ({ kind, variable, invert, others }: Formula): string => {
    if (variable === CONSTANT) return invert ? "1'b1" : "1'b0";
    const pin = invert ? inverse(pins[variable] as string) : (pins[variable] as string);
    if (kind === 'leaf') return pin;
    // Only a chain of the same operator needs no parentheses.
    const [first, second] = others.map((f) => {
      const text = shared(f);
      return isPin(text) || (f.kind === kind && kind !== 'mux') ? text : `(${text})`;
    });
    return kind === 'mux' ? `${pin} ? ${first} : ${second}` : `${pin} ${SYMBOLS[kind]} ${first}`;
  };
  return formulas.map(shared);
}
