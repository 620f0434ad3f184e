import { invariant } from '../../diag/diagnostic.ts';
import type { NetlistBuilder } from '../builder.ts';
import type { Pin } from '../pins.ts';
import { type Plan, plansFor, type Step } from './plan.ts';
import { type Segment, sumsOf } from './segment.ts';
import type { Wire, Word } from './words.ts';

interface Bit {
  readonly wire: Wire;
  readonly level: number;
}

/** What is left when all is added: one bit of each weight at most. */
export interface Reduced {
  readonly pins: readonly Pin[];
  readonly levels: readonly number[];
}

/** Bits of many words, by weight, that are to become one number modulo 2^width. */
export class BitHeap {
  private readonly columns: Bit[][] = [];
  private readonly b: NetlistBuilder;
  private readonly width: number;
  private constant = 0;

  constructor(b: NetlistBuilder, width: number) {
    this.b = b;
    this.width = width;
    for (let c = 0; c < width; c++) this.columns.push([]);
  }

  /** The constant that is still to be added. */
  get rest(): number {
    return this.constant;
  }

  plus(constant: number): void {
    this.constant += constant;
  }

  /** Adds ±(word << shift). A negative word is its inverse, less a constant. */
  add({ wires, offset, levels }: Word, shift: number, sign: 1 | -1): void {
    let all = 0;
    wires.forEach((wire, i) => {
      if (!wire) return;
      all += 2 ** i;
      this.put(shift + i, sign > 0 ? wire : { ...wire, invert: !wire.invert }, levels[i] as number);
    });
    this.plus(sign > 0 ? -offset * 2 ** shift : (offset - all) * 2 ** shift);
  }

  /** The bits of the constant modulo 2^width. */
  private ones(): number[] {
    const modulus = 2 ** this.width;
    const rest = ((this.constant % modulus) + modulus) % modulus;
    return this.columns.map((_, c) => Math.floor(rest / 2 ** c) % 2);
  }

  /**
   * The ways to add everything up; `exact` where the constant is a part of it.
   *
   * @param known plans of other heaps: those of the same bits are the same
   */
  plans(exact: boolean, known: Map<string, Plan[]>): Plan[] {
    const load = {
      columns: this.columns.map((bits) => bits.map((b) => b.level)),
      ones: exact ? this.ones() : undefined,
    };
    const key = `${load.columns.join('|')}/${load.ones ?? ''}`;
    const plans = known.get(key) ?? plansFor(load);
    known.set(key, plans);
    return plans;
  }

  /** Adds everything up after a plan for it. Where that is not `exact`, `rest` is lacking in the sum. */
  reduce({ steps }: Plan, exact: boolean): Reduced {
    for (const step of steps) this.build(step);
    const ones = exact ? this.ones() : [];
    this.columns.forEach((bits, c) => {
      invariant(bits.length + (ones[c] ?? 0) <= 1, 'a plan leaves bits over');
    });
    return {
      pins: this.columns.map((bits, c) => bits[0]?.wire ?? (ones[c] === 1 ? 1 : 0)),
      levels: this.columns.map((bits) => bits[0]?.level ?? 0),
    };
  }

  private put(column: number, wire: Wire, level: number): void {
    if (column < this.width) this.columns[column]?.push({ wire, level });
  }

  /** Takes a wire out of a column; for A, which cannot invert without a LUT, plain ones first. */
  private take(column: number, level: number, plain: boolean): Wire {
    const bits = this.columns[column] as Bit[];
    let best = -1;
    for (let i = 0; i < bits.length; i++) {
      const bit = bits[i] as Bit;
      if (bit.level > level) continue;
      if (best < 0 || (bit.wire.invert !== plain && bits[best]?.wire.invert === plain)) best = i;
    }
    const [bit] = best < 0 ? [] : bits.splice(best, 1);
    invariant(bit, 'a chain takes more bits than there are');
    return bit.wire;
  }

  private build({ chain: { from, segments }, level, a: kinds, carry, form }: Step): void {
    const a = kinds.map((kind, i) => (kind === 'wire' ? this.take(from + i, level, true) : kind));
    kinds.forEach((kind, i) => {
      if (kind === 1) this.plus(-(2 ** (from + i)));
    });
    const g: Pin[] = [];
    for (const s of segments) g.push(...this.takeG(from + g.length, level, s));
    const value = form === 'sum' ? this.b.add(this.b.gather(a), 0, this.b.gather(g), 0) : this.difference(a, g, form);
    if (form === 'plus one') this.plus(-(2 ** from));
    const first = form === 'padded' ? 1 : 0;
    a.forEach((_, i) => {
      this.put(from + i, { value, bit: first + i, invert: false }, level + 1);
    });
    if (carry) this.put(from + a.length, { value, bit: first + a.length, invert: form !== 'sum' }, level + 1);
  }

  /**
   * A + G + 1 as A − ~G: synthesis is free to feed the carry multiplexers by either word of a sum, but not of a difference,
   * and only A is made of wires. A position below, 0 − 1, takes the one away again.
   */
  private difference(a: readonly Pin[], g: readonly Pin[], form: Step['form']): number {
    const [low, high]: [Pin[], Pin[]] = form === 'padded' ? [[0], [1]] : [[], []];
    return this.b.sub(this.b.gather([...low, ...a]), 0, this.b.gather([...high, ...g.map(inverse)]), 0);
  }

  /** The bits of G that a segment makes. */
  private takeG(at: number, level: number, s: Segment): Pin[] {
    const pins: Pin[] = [];
    for (let i = 0; i < s.length; i++) {
      for (let k = 0; k < (s.wires[i] as number); k++) pins.push(this.take(at + i, level, false));
    }
    const sums = sumsOf(s);
    const base = sums[0] as number;
    this.plus(-base * 2 ** at);
    if (pins.length === 0) return Array.from({ length: s.length }, (_, i) => bitAt(base, i));
    if (s.length === 1) return pins;
    const value = this.b.table(pins, sums);
    return Array.from({ length: s.length }, (_, bit) => ({ value, bit, invert: false }));
  }
}

const bitAt = (v: number, i: number): 0 | 1 => (Math.floor(v / 2 ** i) % 2 === 0 ? 0 : 1);
const inverse = (p: Pin): Pin => (typeof p === 'number' ? (p === 0 ? 1 : 0) : { ...p, invert: !p.invert });
