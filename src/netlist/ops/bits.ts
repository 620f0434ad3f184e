import type { Interval } from '../../num/elem.ts';
import { bitOf, column, type NetNode, type NetOp, param, trailingZeros } from '../op.ts';
import { addPin, checkPins, pinAt } from '../pins.ts';

/** Weight of pin `i` of a gather: the last one counts negative where the result is signed. */
const weight = (node: NetNode, i: number): number =>
  (param(node, 0) === 1 && i === node.args.length - 1 ? -1 : 1) * 2 ** i;

/** Single bits as a number: Σ pin(i) · 2^i, or two's complement where `signed` is 1. Wires and, at most, inverters. */
export const gather: NetOp = {
  name: 'gather',
  arity: 'pins',
  role: 'wires',
  params: ['signed'],
  check: (node) => {
    if (node.args.length === 0 || node.args.length > 53) return `it needs 1 to 53 pins, not ${node.args.length}`;
    if (param(node, 0) !== 0 && param(node, 0) !== 1) return `signed must be 0 or 1, not ${param(node, 0)}`;
    return checkPins(node, 1);
  },
  range: (node) => {
    let [lo, hi] = [0, 0];
    for (let i = 0; i < node.args.length; i++) {
      const pin = pinAt(node, 1, i);
      const w = weight(node, i);
      if (pin === 1 || (pin !== 0 && w > 0)) hi += w;
      if (pin === 1 || (pin !== 0 && w < 0)) lo += w;
    }
    return { lo, hi };
  },
  zeros: (node) => {
    let n = 0;
    while (n < node.args.length && pinAt(node, 1, n) === 0) n++;
    return n === node.args.length ? 52 : n;
  },
  evaluate: (node, args, out, count) => {
    out.fill(0, 0, count);
    for (let i = 0; i < node.args.length; i++) {
      addPin(pinAt(node, 1, i), weight(node, i), column(args, i), out, count);
    }
  },
  luts: () => 0,
  levels: 0,
  source: (node, i) => {
    const last = node.args.length - 1;
    if (i > last && param(node, 0) === 0) return 0;
    const pin = pinAt(node, 1, Math.min(i, last));
    return typeof pin === 'number' ? pin : { value: pin.value, bit: pin.bit };
  },
};

/** The most pins of a table: 4,096 entries. */
const MOST_PINS = 12;

const entryAt = (node: NetNode, i: number): number => node.params[node.args.length + i] as number;

/** A truth table: entry Σ pin(i) · 2^i. */
export const table: NetOp = {
  name: 'table',
  arity: 'pins',
  role: 'table',
  params: [],
  entries: true,
  check: (node) => {
    const pins = node.args.length;
    if (pins === 0 || pins > MOST_PINS) return `it needs 1 to ${MOST_PINS} pins, not ${pins}`;
    if (node.params.length !== pins + 2 ** pins) {
      return `${pins} pins need ${2 ** pins} entries, not ${node.params.length - pins}`;
    }
    for (let i = 0; i < 2 ** pins; i++) {
      if (!Number.isSafeInteger(entryAt(node, i))) return 'its entries must be integers';
    }
    return checkPins(node, 0);
  },
  range: (node): Interval => {
    let [lo, hi] = [entryAt(node, 0), entryAt(node, 0)];
    for (let i = 1; i < 2 ** node.args.length; i++) {
      const e = entryAt(node, i);
      if (e < lo) lo = e;
      if (e > hi) hi = e;
    }
    return { lo, hi };
  },
  zeros: (node) => {
    let n = trailingZeros(entryAt(node, 0));
    for (let i = 1; n > 0 && i < 2 ** node.args.length; i++) n = Math.min(n, trailingZeros(entryAt(node, i)));
    return n;
  },
  evaluate: (node, args, out, count) => {
    out.fill(0, 0, count);
    for (let i = 0; i < node.args.length; i++) addPin(pinAt(node, 0, i), 2 ** i, column(args, i), out, count);
    for (let i = 0; i < count; i++) out[i] = entryAt(node, out[i] as number);
  },
  luts: (node, _, range) => {
    const bits = outputBits(node, range);
    return bits * (node.args.length <= 6 ? 1 : Math.ceil((2 ** (node.args.length - 6) * 4) / 3));
  },
  levels: 1,
  source: (node, i) => {
    const first = bitOf(entryAt(node, 0), i);
    for (let k = 1; k < 2 ** node.args.length; k++) if (bitOf(entryAt(node, k), i) !== first) return 'function';
    return first;
  },
};

/** Bits of the result that are not the same in all entries. */
function outputBits(node: NetNode, { lo, hi }: Interval): number {
  let bits = 0;
  const top = lo < 0 ? Math.max(-lo, hi + 1) * 2 : hi + 1;
  for (let i = 0; 2 ** i < top; i++) if (table.source?.(node, i) === 'function') bits++;
  return bits;
}
