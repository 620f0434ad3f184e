import { bitOf, type NetNode } from './op.ts';

/** A single bit that a node reads: bit `bit` of the two's complement of `value`, inverted or not; or a constant. */
export type Pin = 0 | 1 | { readonly value: number; readonly bit: number; readonly invert: boolean };

/** A pin as it is stored: the value (−1 for a constant), and bit · 2 + invert (for a constant: itself). */
export const pinArg = (p: Pin): number => (typeof p === 'number' ? -1 : p.value);
export const pinCode = (p: Pin): number => (typeof p === 'number' ? p : p.bit * 2 + (p.invert ? 1 : 0));

/** Pin `i` of a node whose first `named` parameters have names. */
export function pinAt(node: NetNode, named: number, i: number): Pin {
  const value = node.args[i] as number;
  const code = node.params[named + i] as number;
  if (value < 0) return code === 0 ? 0 : 1;
  return { value, bit: Math.floor(code / 2), invert: code % 2 === 1 };
}

export function pinsOf(node: NetNode, named: number): Pin[] {
  return Array.from({ length: node.args.length }, (_, i) => pinAt(node, named, i));
}

/** What is wrong with the codes of the pins. */
export function checkPins(node: NetNode, named: number): string | undefined {
  for (let i = 0; i < node.args.length; i++) {
    const code = node.params[named + i];
    const most = (node.args[i] as number) < 0 ? 1 : 105;
    if (code === undefined || !Number.isInteger(code) || code < 0 || code > most) return `pin ${i} has no bit ${code}`;
  }
  return undefined;
}

/** Adds weight · bit to every row of `out`. */
export function addPin(pin: Pin, weight: number, x: Float64Array, out: Float64Array, count: number): void {
  if (typeof pin === 'number') {
    if (pin === 1) for (let i = 0; i < count; i++) out[i] = (out[i] as number) + weight;
    return;
  }
  const { bit } = pin;
  const set = pin.invert ? 0 : 1;
  for (let i = 0; i < count; i++) {
    const v = x[i] as number;
    const b = bit < 32 && v >= -0x80000000 && v <= 0x7fffffff ? (v >> bit) & 1 : bitOf(v, bit);
    if (b === set) out[i] = (out[i] as number) + weight;
  }
}

/** A list in pieces: a new one begins with each item that does not follow the one before. */
export function runsOf<T>(items: readonly T[], follows: (before: T, item: T) => boolean): T[][] {
  const runs: T[][] = [];
  items.forEach((item, i) => {
    const run = runs[runs.length - 1];
    if (run && follows(items[i - 1] as T, item)) run.push(item);
    else runs.push([item]);
  });
  return runs;
}
