import { expect, it } from 'vitest';
import { activityOf } from '../../src/netlist/activity.ts';
import { evaluate } from '../../src/netlist/interpret.ts';
import { opAt } from '../../src/netlist/netlist.ts';
import { registerWidth } from '../../src/netlist/pipeline.ts';
import { parseNetlist } from '../../src/netlist/text/parse.ts';

/** Wires, low bits that are always zero, negative values, and more bits than a word of 32. */
const TEXT = `netlist 1 "moves"
%0 = input() {lo=-1000000000, hi=1000000000, zeros=0} "x" : -1000000000..1000000000
%1 = shl(%0) {by=1} : -2000000000..2000000000
%2 = add(%0, %1) {sa=12, sb=13} : -20480000000000..20480000000000
%3 = clip(%0) {lo=-5, hi=6} : -5..6
output "y" = %2
output "z" = %3
`;

it('counts the bits of logic that change from one vector to the next', () => {
  const net = parseNetlist(TEXT);
  // More vectors than the interpreter takes at a time.
  const x = Array.from({ length: 600 }, (_, i) => Math.round(1e9 * Math.sin(i * i)));
  const values = evaluate(net, x);
  let [bits, changes] = [0, 0];
  net.outputs.forEach(({ value }, k) => {
    expect(opAt(net, value).role).not.toBe('wires');
    const width = registerWidth(net, value);
    bits += width;
    const word = (i: number): bigint =>
      BigInt.asUintN(width, BigInt((values[2 * i + k] as number) / 2 ** (net.zeros[value] as number)));
    for (let i = 1; i < x.length; i++)
      changes += [...(word(i) ^ word(i - 1)).toString(2)].filter((c) => c === '1').length;
  });
  expect(activityOf(net, x)).toEqual({ bits, rate: changes / (bits * (x.length - 1)) });
});

it('finds no change where there is none, or only one vector', () => {
  const net = parseNetlist(TEXT);
  expect(activityOf(net, [7, 7, 7]).rate).toBe(0);
  expect(activityOf(net, [7]).rate).toBe(0);
});
