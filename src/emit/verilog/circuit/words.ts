import type { Netlist } from '../../../netlist/netlist.ts';
import { bitOf } from '../../../netlist/op.ts';
import { runsOf } from '../../../netlist/pins.ts';
import { bitsAt, isKnown } from '../../../netlist/pipeline.ts';

/** A value as a node sees it: its wire in the node's own stage. */
export interface Word {
  /** Name of the wire; the value where it is known. */
  readonly wire: string | number;
  readonly bits: number;
  readonly signed: boolean;
  readonly zeros: number;
}

export function wordOf(net: Netlist, value: number, wire: string): Word {
  const lo = net.lo[value] as number;
  return {
    wire: isKnown(net, value) ? lo : wire,
    bits: bitsAt(net, value),
    signed: lo < 0,
    zeros: net.zeros[value] as number,
  };
}

/** A literal of `width` bits: the two's complement of an integer below 2^53. */
export function literal(v: number, width: number): string {
  const bits = BigInt.asUintN(width, BigInt(v));
  return `${width}'d${bits}`;
}

/** Parts side by side, the highest first. */
export const concat = (parts: readonly string[]): string =>
  parts.length === 1 ? (parts[0] as string) : `{${parts.join(', ')}}`;

/** Bits `from` to `from + width − 1` of a word, sign-extended as far as needed: an expression of exactly `width` bits. */
export function slice(w: Word, from: number, width: number): string {
  if (typeof w.wire === 'number') return literal(Math.floor(w.wire / 2 ** from), width);
  const parts: string[] = [];
  const top = Math.min(w.bits, from + width);
  const missing = from + width - Math.max(top, from);
  if (missing > 0) {
    const sign = `${w.wire}[${w.bits - 1}]`;
    parts.push(!w.signed ? `${missing}'d0` : missing === 1 ? sign : `{${missing}{${sign}}}`);
  }
  if (top > from) {
    const whole = from === 0 && top === w.bits;
    parts.push(whole ? w.wire : `${w.wire}[${top - 1 === from ? from : `${top - 1}:${from}`}]`);
  }
  return concat(parts);
}

/** The same of a word that is shifted left by `by`. */
export function shiftedSlice(w: Word, by: number, from: number, width: number): string {
  if (typeof w.wire === 'number') return literal(Math.floor((w.wire * 2 ** by) / 2 ** from), width);
  if (from >= by) return slice(w, from - by, width);
  const low = Math.min(by - from, width);
  return low === width ? `${width}'d0` : concat([slice(w, 0, width - low), `${low}'d0`]);
}

/** A single bit: a constant, or that of a wire. */
export type Bit = 0 | 1 | { readonly wire: string; readonly place: number; readonly invert: boolean };

/** Bit `i` of a word, however far that is extended. */
export function bitAt(w: Word, i: number, invert = false): Bit {
  if (typeof w.wire === 'number') return (bitOf(w.wire, i) === 1) === invert ? 0 : 1;
  if (i >= w.bits && !w.signed) return invert ? 1 : 0;
  return { wire: w.wire, place: Math.min(i, w.bits - 1), invert };
}

export const bitText = (b: Bit): string =>
  typeof b === 'number' ? `1'b${b}` : `${b.invert ? '~' : ''}${b.wire}[${b.place}]`;

/** A single bit of a word as an expression. */
export const bit = (w: Word, i: number): string => bitText(bitAt(w, i));

/** Bits as a vector, the first lowest; neighbours of one wire stand together. */
export const vectorText = (bits: readonly Bit[]): string => concat(runsOf(bits, follows).map(runText).reverse());

function follows(a: Bit, b: Bit): boolean {
  if (typeof a === 'number' || typeof b === 'number') return typeof a === typeof b;
  return a.wire === b.wire && a.invert === b.invert && b.place === a.place + 1;
}

/** Bits that follow each other: a literal, or a part of a wire. */
function runText(run: readonly Bit[]): string {
  const [first] = run;
  if (run.length === 1) return bitText(first as Bit);
  if (typeof first !== 'object') {
    const value = run.reduce((sum: number, b, k) => sum + (b === 1 ? 2 ** k : 0), 0);
    return literal(value, run.length);
  }
  const { wire, place, invert } = first;
  return `${invert ? '~' : ''}${wire}[${place + run.length - 1}:${place}]`;
}

/** Whether a word is at least an integer: one bit. */
export function atLeast(w: Word, than: number): string {
  if (typeof w.wire === 'number') return w.wire >= than ? "1'b1" : "1'b0";
  const [lo, hi] = w.signed ? [-(2 ** (w.bits - 1)), 2 ** (w.bits - 1) - 1] : [0, 2 ** w.bits - 1];
  if (than <= lo) return "1'b1";
  if (than > hi) return "1'b0";
  const sign = `${w.wire}[${w.bits - 1}]`;
  if (w.signed && than === 0) return `~${sign}`;
  return w.signed ? `$signed(${w.wire}) >= $signed(${literal(than, w.bits)})` : `${w.wire} >= ${literal(than, w.bits)}`;
}
