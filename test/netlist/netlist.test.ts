import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/diag/diagnostic.ts';
import { NetlistBuilder } from '../../src/netlist/builder.ts';
import { costOf } from '../../src/netlist/cost.ts';
import { evaluate } from '../../src/netlist/interpret.ts';
import { NET_OPS } from '../../src/netlist/ops/list.ts';
import { parseNetlist } from '../../src/netlist/text/parse.ts';
import { printNetlist } from '../../src/netlist/text/print.ts';
import { assertNetlist, verifyNetlist } from '../../src/netlist/verify.ts';
import { plainEvaluate } from './plain.ts';
import { drawer, randomInputs, randomNet } from './random.ts';

const CASES = Number(process.env['SLUICE_CASES'] ?? 100);
const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const property = (check: (seed: number) => void): void =>
  fc.assert(fc.property(seeds, check), { numRuns: CASES, seed: 5 });

const SMALL = `netlist 1 "small"
%0 = input() {lo=-32, hi=31, zeros=0} "x" : -32..31
%1 = input() {lo=0, hi=12, zeros=2} "a \\"b\\"" : 0..12
%2 = add(%0, %1) {sa=3, sb=0} : -256..260
%3 = shr(%2) {by=2, mode=HALF_UP} : -64..65
%4 = clip(%3) {lo=0, hi=63} : 0..63
%5 = gather(%4.1, ~%2.4, 0, 1) {signed=1} : -8..-5
%6 = table(%4.0, %4.1) [0, 1, -1, 5] : -1..5
output "y" = %5
output "z" = %6
`;

describe('a netlist', () => {
  it('of every op computes what plain big integers do, and no value leaves its range', () => {
    const seen = new Set<number>();
    property((seed) => {
      const random = randomNet(seed);
      const { net } = random;
      for (const op of net.op) seen.add(op);
      const x = randomInputs(random, 20, drawer(seed));
      const y = evaluate(net, x, { checked: true });
      const n = random.ranges.length;
      for (let v = 0; v < 20; v++) {
        expect([...y.subarray(v * net.outputs.length, (v + 1) * net.outputs.length)]).toEqual(
          plainEvaluate(net, [...x.subarray(v * n, (v + 1) * n)]),
        );
      }
    });
    expect(seen.size).toBe(NET_OPS.length);
  });

  it('has a text that loses nothing', () => {
    expect(printNetlist(parseNetlist(SMALL))).toBe(SMALL);
    property((seed) => {
      const { net } = randomNet(seed);
      assertNetlist(net);
      expect(parseNetlist(printNetlist(net))).toEqual(net);
    });
  });

  it.each([
    ['%0 = input() {lo=0, hi=1, zeros=0} "x" : 0..1', 'E0109: expected netlist 1 "name"'],
    ['netlist 1 "a"\n%1 = const() {value=1} : 1..1', 'E0109: values are numbered in order: %0 comes next, not %1'],
    ['netlist 1 "a"\n%0 = const() {value=1} : 0..1', 'E0109: the range 0..1 is not within 1..1, which const derives'],
    ['netlist 1 "a"\n%0 = shl(%1) {by=1} : 0..1', 'E0109: it reads %1, which is not defined before it'],
    ['netlist 1 "a"\n%0 = const() {} : 0..1', 'E0109: const needs value=…'],
    ['netlist 1 "a"\n%0 = cost() {} : 0..1', 'E0109: there is no op cost'],
    ['netlist 1 "a"\nhello', 'E0109: expected %n = op(…) … : lo..hi, or output "name" = %n'],
    ['netlist 1 "a"\noutput "y" = %0', 'E0109: output %0 is not defined'],
  ])('%j is refused with a reason', (text, message) => {
    expect(() => parseNetlist(text)).toThrow(
      new DiagnosticError([{ code: '', severity: 'error', message }]).message.slice(2),
    );
  });

  it('is refused by the verifier where a field does not fit the others', () => {
    const net = parseNetlist(SMALL);
    expect(verifyNetlist(net)).toEqual([]);
    const said = (change: object): string[] => verifyNetlist({ ...net, ...change }).map((d) => d.message);
    expect(said({ hi: net.hi.map((h) => h + 1) })[0]).toBe(
      'its range -32..32 is not within -32..31, which input derives',
    );
    expect(said({ zeros: net.zeros.map((z) => z + 1) })[0]).toBe('it has 0 low bits that are 0, not 1');
    expect(said({ args: net.args.map(() => 7) })[0]).toBe('it reads %7, which is not defined before it');
    expect(said({ outputs: [{ name: 'x', value: 99 }] })).toEqual(['two ports have this name', '%99 does not exist']);
    expect(said({ inputs: [] })).toEqual(['inputs are ports, and only they', 'inputs are ports, and only they']);
  });
});

describe('the builder', () => {
  it('folds constants and shares equal nodes', () => {
    const b = new NetlistBuilder();
    const x = b.input('x', { lo: 0, hi: 7 });
    expect(b.add(x, 0, b.constant(0), 0)).toBe(x);
    expect(b.add(x, 1, x, 0)).toBe(b.add(x, 1, x, 0));
    expect(b.range(b.add(b.constant(3), 1, b.constant(4), 0))).toEqual({ lo: 10, hi: 10 });
    expect(b.clip(x, Number.NEGATIVE_INFINITY, 7)).toBe(x);
    expect(b.range(b.clip(x, 3, Number.POSITIVE_INFINITY))).toEqual({ lo: 3, hi: 7 });
    expect(b.range(b.atLeast(x, 8))).toEqual({ lo: 0, hi: 0 });
    expect(b.gather([{ value: x, bit: 3, invert: true }])).toBe(b.constant(1));
  });
});

describe('the cost', () => {
  /** LUTs and depth of a function of a 6-bit and a 12-bit unsigned input. */
  const cost = (make: (b: NetlistBuilder, x: number, y: number) => number): [number, number] => {
    const b = new NetlistBuilder();
    b.output('z', make(b, b.input('x', { lo: 0, hi: 63 }), b.input('y', { lo: 0, hi: 4095 })));
    const { luts, depth } = costOf(b.finish('cost'));
    return [luts, depth];
  };
  const bits = (value: number, n: number, invert = false) =>
    Array.from({ length: n }, (_, bit) => ({ value, bit, invert }));

  it('counts only bits where both operands have one', () => {
    expect(cost((b, x, y) => b.add(x, 0, y, 0))).toEqual([6, 1]);
    expect(cost((b, x, y) => b.add(x, 9, y, 0))).toEqual([3, 1]);
    expect(cost((b, x, y) => b.add(x, 12, y, 0))).toEqual([0, 1]);
    expect(cost((b, _, y) => b.add(y, 0, b.constant(1365), 0))).toEqual([0, 1]);
    expect(cost((b, x, y) => b.add(y, 0, b.gather(bits(x, 6, true)), 0))).toEqual([6, 1]);
    expect(cost((b, x) => b.shl(x, 3))).toEqual([0, 0]);
  });

  it('takes a table of five pins into the adder that alone reads it', () => {
    const ones = Array.from({ length: 32 }, (_, i) => [...i.toString(2)].filter((c) => c === '1').length);
    const tabled = (b: NetlistBuilder, x: number) => b.table(bits(x, 5), ones);
    expect(cost((b, x, y) => b.add(y, 0, tabled(b, x), 0))).toEqual([3, 1]);
    expect(cost((b, x) => tabled(b, x))).toEqual([3, 1]);
    expect(cost((b, x, y) => b.add(b.add(y, 0, tabled(b, x), 0), 0, tabled(b, x), 1))).toEqual([9, 3]);
  });
});
