import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formula, MOST_VARIABLES } from '../../src/emit/verilog/circuit/formula.ts';

type Table = readonly (0 | 1)[];

/** Pins 1, 3, … are inverted, as their names say. */
const names = (n: number): string[] => Array.from({ length: n }, (_, i) => (i % 2 === 1 ? `~v[${i}]` : `v[${i}]`));

/** The formula's value wherever the pins have the bits of i: `&`, `|`, `^`, `?:` are JavaScript's, `~` of a bit is `!`. */
function valuesOf(text: string, n: number): number[] {
  const js = text
    .replaceAll("1'b", '')
    .replaceAll('~', '1 ^ ')
    .replace(/1 \^ v\[(\d)\]/g, '(1 ^ v[$1])');
  const value = new Function('v', `return ${js};`) as (v: readonly number[]) => number;
  return Array.from({ length: 2 ** n }, (_, i) => value(Array.from({ length: n }, (_, k) => ((i >> k) & 1) ^ (k % 2))));
}

const bitsOf = (f: number, n: number): Table => Array.from({ length: 2 ** n }, (_, i) => ((f >> i) & 1) as 0 | 1);

describe('formulas', () => {
  it.each([0, 1, 2, 3])('have the value of every table of %i variables', (n) => {
    for (let f = 0; f < 2 ** (2 ** n); f++) {
      const table = bitsOf(f, n);
      expect(valuesOf(formula(names(n), table), n)).toEqual(table);
    }
  });

  it.each([4, 5, MOST_VARIABLES])('have the value of tables of %i variables', (n) => {
    const bit = fc.constantFrom<0 | 1>(0, 1);
    fc.assert(
      fc.property(fc.array(bit, { minLength: 2 ** n, maxLength: 2 ** n }), (table) => {
        expect(valuesOf(formula(names(n), table), n)).toEqual(table);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it.each([
    ['a full adder', ['a', 'b', 'c'], 0x96, 'a ^ b ^ c'],
    ['a carry', ['a', 'b', 'c'], 0xe8, 'a ? (b | c) : (b & c)'],
    ['an and with an inverted pin', ['a', '~b'], 0x8, 'a & ~b'],
    ['a pin that is inverted twice', ['~a'], 0x1, 'a'],
    ['a pin that counts for nothing', ['a', 'b'], 0xa, 'a'],
  ] as const)('are short: %s', (_, pins, f, text) => {
    expect(formula(pins, bitsOf(f, pins.length))).toBe(text);
  });
});
