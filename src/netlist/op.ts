import type { Interval } from '../num/elem.ts';

/** One node: the values that it reads and the numbers that are its own. For its layout see {@link NetOp}. */
export interface NetNode {
  /** Ids of values; −1 in a pin that is a constant bit. */
  readonly args: ArrayLike<number>;
  /** The named parameters, then a code for each pin, then the entries of a table. */
  readonly params: ArrayLike<number>;
}

/** What is known of the values before a node. */
export interface Known {
  range(value: number): Interval;
  /** The value is a multiple of 2^zeros. */
  zeros(value: number): number;
}

/** What one bit of a value is to a node that reads it: known, a signal, or a small function that can be part of the reader's LUT. */
export type BitKind = 0 | 1 | 'wire' | 'function';

export interface Priced extends Known {
  /** Bit `i` of the two's complement of a value, however far that is extended. */
  bit(value: number, i: number): BitKind;
}

/** Where bit `i` of a node comes from, when it is no logic of the node's own. */
export type BitSource = 0 | 1 | 'function' | { readonly value: number; readonly bit: number };

export interface NetOp {
  readonly name: string;
  /** How many values it reads; `pins` where it reads any number of single bits. */
  readonly arity: number | 'pins';
  /** `wires` only rename bits; a `chain` has a carry through all its bits, and a small `table` that it alone reads is part of it. */
  readonly role: 'source' | 'wires' | 'chain' | 'table' | 'logic';
  /** Names of its parameters, in order; `words` gives those that are written as words instead of numbers. */
  readonly params: readonly string[];
  readonly words?: { readonly [param: string]: readonly string[] };
  /** Whether numbers follow its parameters: the entries of a table. */
  readonly entries?: boolean;
  /** What is wrong with the parameters, in words. */
  check(node: NetNode, known: Known): string | undefined;
  /** All values that it can take, as an interval, from those of its arguments. */
  range(node: NetNode, known: Known): Interval;
  /** How many low bits are always 0. */
  zeros(node: NetNode, known: Known): number;
  /** Computes `count` values; `args` has one column for each argument. */
  evaluate(node: NetNode, args: readonly Float64Array[], out: Float64Array, count: number): void;
  /** Six-input LUTs beside carry chains; `range` is that of its result. */
  luts(node: NetNode, priced: Priced, range: Interval): number;
  /** Levels of LUT or carry chain from its arguments to its result. */
  readonly levels: number;
  /** Bits that are wires or may melt into a reader; none where this is missing. */
  source?(node: NetNode, i: number): BitSource;
}

/** The most values whose sum or product is still exact: 2^53 − 1. */
export const LARGEST = Number.MAX_SAFE_INTEGER;

/** Low bits of an integer that are 0; 52 for 0 itself. */
export function trailingZeros(v: number): number {
  if (v === 0) return 52;
  let n = 0;
  for (let rest = Math.abs(v); rest % 2 === 0; rest /= 2) n++;
  return n;
}

/** Bit `i` of the two's complement of an integer. */
export const bitOf = (v: number, i: number): 0 | 1 => (Math.floor(v / 2 ** i) % 2 === 0 ? 0 : 1);

/** Argument and parameter by position; both are there in a node that its op has checked. */
export const arg = (node: NetNode, i: number): number => node.args[i] as number;
export const param = (node: NetNode, i: number): number => node.params[i] as number;

/** The column of an argument. */
export const column = (args: readonly Float64Array[], i: number): Float64Array => args[i] as Float64Array;

/** Whether a shift is one. */
export const isShift = (s: number): boolean => Number.isInteger(s) && s >= 0 && s <= 52;
