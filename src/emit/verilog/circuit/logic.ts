/** How each op of a netlist is written in Verilog: an expression of exactly the bits of the result. */
import type { NetNode } from '../../../netlist/op.ts';
import { arg, param } from '../../../netlist/op.ts';
import { pinsOf } from '../../../netlist/pins.ts';
import { ROUNDINGS } from '../../../num/rounding.ts';
import { MOST_VARIABLES } from './formula.ts';
import { tableKey } from './split.ts';
import { tableText } from './table.ts';
import { rowsOf, type SharedTables } from './tables.ts';
import {
  atLeast,
  type Bit,
  bit,
  bitAt,
  bitText,
  concat,
  literal,
  shiftedSlice,
  slice,
  vectorText,
  type Word,
} from './words.ts';

/** A node with the words that it reads. */
export interface Site {
  readonly node: NetNode;
  /** By value id, in the stage of the node. */
  readonly word: (value: number) => Word;
  /** Bits of the result. */
  readonly width: number;
  /** Name of the result, for declarations of its own. */
  readonly name: string;
  readonly tables: SharedTables;
}

/** The value as an expression, after declarations that it needs; or the instance that drives it. */
export type Written = { readonly value: string; readonly before?: readonly string[] } | { readonly instance: string };

type Writer = (site: Site) => Written;

/** Bits below the first common one are those of one operand alone: the adder begins above them. */
function sum(operator: '+' | '-'): Writer {
  return ({ node, word, width }) => {
    const [a, b] = [word(arg(node, 0)), word(arg(node, 1))];
    const [sa, sb] = [param(node, 0), param(node, 1)];
    const [la, lb] = [a.zeros + sa, b.zeros + sb];
    const passes = operator === '+' ? Math.max(la, lb) : lb;
    const low = Math.min(passes, width);
    const through = lb >= low ? ([a, sa] as const) : ([b, sb] as const);
    const parts: string[] = [];
    if (width > low) {
      const [x, y] = [shiftedSlice(a, sa, low, width - low), shiftedSlice(b, sb, low, width - low)];
      parts.push(`${x} ${operator} ${y}`);
    }
    if (low > 0) parts.push(shiftedSlice(through[0], through[1], 0, low));
    return { value: parts.length === 1 ? (parts[0] as string) : `{${parts.join(', ')}}` };
  };
}

/** What is added before the low bits are dropped: a constant, and one bit of the carry. */
function rounding(mode: string, by: number, a: Word): { addend: (width: number) => string; carry: string } {
  const half = 2 ** (by - 1);
  const sign = a.signed ? bit(a, a.bits - 1) : "1'b0";
  const fixed =
    (v: number) =>
    (width: number): string =>
      literal(v, width);
  const filled =
    (s: string) =>
    (width: number): string =>
      `{${width - by}'d0, {${by}{${s}}}}`;
  switch (mode) {
    case 'CEIL':
      return { addend: fixed(2 ** by - 1), carry: "1'b0" };
    case 'UP':
      return { addend: filled(`~${sign}`), carry: "1'b0" };
    case 'DOWN':
      return { addend: filled(sign), carry: "1'b0" };
    case 'HALF_UP':
      return a.signed ? { addend: fixed(half - 1), carry: `~${sign}` } : { addend: fixed(half), carry: "1'b0" };
    case 'HALF_DOWN':
      return { addend: fixed(half - 1), carry: sign };
    default:
      return { addend: fixed(half - 1), carry: bit(a, by) };
  }
}

const shiftRight: Writer = ({ node, word, width, name }) => {
  const a = word(arg(node, 0));
  const [by, mode] = [param(node, 0), ROUNDINGS[param(node, 1)] as string];
  if (mode === 'FLOOR') return { value: slice(a, by, width) };
  const all = Math.max(a.bits, by) + 2;
  const { addend, carry } = rounding(mode, by, a);
  const total = `${name}_sum`;
  // The carry enters below the lowest bit, so that one adder does it all.
  const before = [
    `wire [${all}:0] ${total} = {${slice(a, 0, all)}, 1'b1} + {${addend(all)}, ${carry}};`,
    `wire unused_${total} = &{1'b0, ${total}};`,
  ];
  const t: Word = { wire: total, bits: all + 1, signed: true, zeros: 0 };
  return { value: slice(t, by + 1, width), before };
};

const clip: Writer = ({ node, word, width }) => {
  const a = word(arg(node, 0));
  const [lo, hi] = [param(node, 0), param(node, 1)];
  const [above, over] = [atLeast(a, lo), atLeast(a, hi + 1)];
  const low = above === "1'b1" ? slice(a, 0, width) : `${above} ? ${slice(a, 0, width)} : ${literal(lo, width)}`;
  return { value: over === "1'b0" ? low : `${over} ? ${literal(hi, width)} : ${low}` };
};

const pins = ({ node, word }: Site, named: number): Bit[] =>
  pinsOf(node, named).map((p) => (typeof p === 'number' ? p : bitAt(word(p.value), p.bit, p.invert)));

const gather: Writer = (site) => {
  const list = pins(site, 1);
  const above = param(site.node, 0) === 1 ? (list[list.length - 1] as Bit) : 0;
  while (list.length < site.width) list.push(above);
  return { value: vectorText(list.slice(0, site.width)) };
};

/** A module, where there are very many; a few operators; of many pins, a vector of entries that they index. */
const table: Writer = (site) => {
  const { node, width, name, tables } = site;
  const list = pins(site, 0);
  const rows = rowsOf(node, width);
  const shared = tables.size > 0 ? tables.get(tableKey(rows)) : undefined;
  if (shared) return { instance: `${shared.module} t_${name} (.i(${vectorText(list)}), .o(${name}));` };
  if (list.length <= MOST_VARIABLES) {
    const { wires, bits } = tableText(name, list.map(bitText), rows);
    return { value: concat([...bits].reverse()), before: wires };
  }
  const constants = rows.map(
    (bits, k) => `localparam [${bits.length - 1}:0] ${name}_t${k} = ${bits.length}'b${[...bits].reverse().join('')};`,
  );
  const index = `wire [${list.length - 1}:0] ${name}_i = ${vectorText(list)};`;
  return { value: concat(rows.map((_, k) => `${name}_t${k}[${name}_i]`).reverse()), before: [...constants, index] };
};

/** By the name of the op. Inputs and constants have no logic. */
export const WRITERS: { readonly [op: string]: Writer } = {
  add: sum('+'),
  sub: sum('-'),
  shl: ({ node, word, width }) => ({ value: shiftedSlice(word(arg(node, 0)), param(node, 0), 0, width) }),
  shr: shiftRight,
  clip,
  ge: ({ node, word }) => ({ value: atLeast(word(arg(node, 0)), param(node, 0)) }),
  mux: ({ node, word, width }) => {
    const [s, a, b] = [word(arg(node, 0)), word(arg(node, 1)), word(arg(node, 2))];
    return { value: `${bit(s, 0)} ? ${slice(a, 0, width)} : ${slice(b, 0, width)}` };
  },
  gather,
  table,
};
