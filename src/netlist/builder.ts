import type { Interval } from '../num/elem.ts';
import { ROUNDINGS, type Rounding } from '../num/rounding.ts';
import { type Netlist, nodeAt, opAt, rangeAt } from './netlist.ts';
import { bitOf, type Known, type NetOp } from './op.ts';
import { add, subtract } from './ops/add.ts';
import { gather, table } from './ops/bits.ts';
import { clip } from './ops/clip.ts';
import { constant } from './ops/const.ts';
import { input } from './ops/input.ts';
import { codeOf } from './ops/list.ts';
import { atLeast, mux } from './ops/select.ts';
import { shl, shr } from './ops/shift.ts';
import { type Pin, pinArg, pinCode, pinsOf } from './pins.ts';
import { NetlistWriter } from './writer.ts';

/** Builds a netlist: equal nodes are one, constants are folded, and what changes nothing is not built. */
export class NetlistBuilder {
  private readonly out = new NetlistWriter();
  private readonly built = new Map<string, number>();
  /** The pins of unsigned gathers. */
  private readonly gathered = new Map<number, readonly Pin[]>();

  get known(): Known {
    return this.out.known;
  }

  range(value: number): Interval {
    return this.out.known.range(value);
  }

  /** `zeros`: low bits that are always 0, of both bounds as well. */
  input(name: string, range: Interval, zeros = 0): number {
    return this.out.input(name, range, zeros);
  }

  output(name: string, value: number): void {
    this.out.output(name, value);
  }

  constant(value: number): number {
    return this.node(constant, [], [value + 0]);
  }

  /** (a << sa) + (b << sb). `stated` is a range known from elsewhere, here and below. */
  add(a: number, sa: number, b: number, sb: number, stated?: Interval): number {
    if (this.isConst(b, 0)) return this.shl(a, sa);
    if (this.isConst(a, 0)) return this.shl(b, sb);
    return this.node(add, [a, b], [sa, sb], stated);
  }

  /** (a << sa) − (b << sb). */
  sub(a: number, sa: number, b: number, sb: number, stated?: Interval): number {
    if (this.isConst(b, 0)) return this.shl(a, sa);
    return this.node(subtract, [a, b], [sa, sb], stated);
  }

  negate(a: number): number {
    return this.sub(this.constant(0), 0, a, 0);
  }

  shl(a: number, by: number): number {
    return by === 0 ? a : this.node(shl, [a], [by]);
  }

  /** a / 2^by, rounded. */
  shr(a: number, by: number, mode: Rounding): number {
    return by === 0 ? a : this.node(shr, [a], [by, ROUNDINGS.indexOf(mode)]);
  }

  /** min(max(a, lo), hi), with bounds that may be infinite. */
  clip(a: number, lo: number, hi: number): number {
    const r = this.range(a);
    if (lo <= r.lo && hi >= r.hi) return a;
    return this.node(clip, [a], [Math.max(lo, Math.min(r.lo, hi)), Math.min(hi, Math.max(r.hi, lo))]);
  }

  /** 1 where a ≥ than, else 0. */
  atLeast(a: number, than: number): number {
    return this.node(atLeast, [a], [than]);
  }

  /** a where s is 1, b where it is 0. */
  mux(s: number, a: number, b: number): number {
    if (this.isConst(s, 0) || a === b) return b;
    return this.isConst(s, 1) ? a : this.node(mux, [s, a, b], []);
  }

  /** Bits as an unsigned number, pin 0 lowest; as two's complement where `signed`. */
  gather(pins: readonly Pin[], signed = false, stated?: Interval): number {
    const known = pins.map((p) => this.settle(p));
    const params = [signed ? 1 : 0, ...known.map(pinCode)];
    const value = this.node(gather, known.map(pinArg), params, stated);
    if (!signed) this.gathered.set(value, known);
    return value;
  }

  /** The entry Σ pin(i) · 2^i of a table of 2^pins. */
  table(pins: readonly Pin[], entries: readonly number[]): number {
    const known = pins.map((p) => this.settle(p));
    return this.node(table, known.map(pinArg), [...known.map(pinCode), ...entries]);
  }

  /** The nodes of another netlist on given inputs, of the ranges of its own; gives the values of its outputs. */
  append(net: Netlist, inputs: readonly number[]): number[] {
    const place = new Int32Array(net.op.length);
    net.inputs.forEach(({ value }, k) => {
      place[value] = inputs[k] as number;
    });
    for (let i = 0; i < place.length; i++) {
      const op = opAt(net, i);
      const node = nodeAt(net, i);
      if (op === input) continue;
      const moved = (value: number): number => place[value] as number;
      const pins = (named: number): Pin[] =>
        pinsOf(node, named).map((p) => (typeof p === 'number' ? p : { ...p, value: moved(p.value) }));
      const params = Array.from(node.params);
      if (op === gather) place[i] = this.gather(pins(1), params[0] === 1, rangeAt(net, i));
      else if (op === table) place[i] = this.table(pins(0), params.slice(node.args.length));
      else place[i] = this.node(op, Array.from(node.args, moved), params, rangeAt(net, i));
    }
    return net.outputs.map(({ value }) => place[value] as number);
  }

  finish(name: string): Netlist {
    return this.out.finish(name);
  }

  private isConst(value: number, is: number): boolean {
    const { lo, hi } = this.range(value);
    return lo === is && hi === is;
  }

  /** A pin on a known bit is a constant, one on gathered bits is on where they come from. */
  private settle(pin: Pin): Pin {
    if (typeof pin === 'number') return pin;
    const from = this.gathered.get(pin.value);
    const source = from?.[pin.bit] ?? (from ? 0 : pin);
    if (typeof source === 'number') return (source === 1) === pin.invert ? 0 : 1;
    if (source !== pin) return { ...source, invert: source.invert !== pin.invert };
    const { lo, hi } = this.range(pin.value);
    const known = pin.bit < this.known.zeros(pin.value) || lo === hi || (lo >= 0 && hi < 2 ** pin.bit);
    if (!known) return pin;
    return (pin.bit < this.known.zeros(pin.value) ? 0 : bitOf(lo, pin.bit)) === (pin.invert ? 1 : 0) ? 0 : 1;
  }

  private node(op: NetOp, args: readonly number[], params: readonly number[], stated?: Interval): number {
    const key = `${codeOf(op)}|${args.join()}|${params.join()}`;
    const same = this.built.get(key);
    if (same !== undefined) return same;
    const range = op === constant ? undefined : op.range({ args, params }, this.known);
    const value = range && range.lo === range.hi ? this.constant(range.lo) : this.out.push(op, args, params, stated);
    this.built.set(key, value);
    return value;
  }
}
