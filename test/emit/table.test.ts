import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_VARIABLES } from '../../src/emit/verilog/circuit/formula.ts';
import { type TableText, tableText } from '../../src/emit/verilog/circuit/table.ts';

type Table = readonly (0 | 1)[];

/** Pins 1, 3, … are inverted, as their names say. */
const names = (n: number): string[] => Array.from({ length: n }, (_, i) => (i % 2 === 1 ? `~v[${i}]` : `v[${i}]`));

/** The text as JavaScript, whose `&`, `|`, `^` and `?:` are those of Verilog on single bits. */
const js = (text: string): string => text.replaceAll("1'b", '').replace(/~([\w[\]]+)/g, '(1 ^ $1)');

/** What a table's text computes wherever the pins have the bits of i. */
function valuesOf({ wires, bits }: TableText, n: number): number[] {
  const lines = wires.map((w) => js(w).replace('wire', 'const'));
  const body = `${lines.join('\n')}\nreturn ${bits.map((b, k) => `(${js(b)}) * ${2 ** k}`).join(' + ')};`;
  const value = new Function('v', body) as (v: readonly number[]) => number;
  return Array.from({ length: 2 ** n }, (_, i) => value(Array.from({ length: n }, (_, k) => ((i >> k) & 1) ^ (k % 2))));
}

const bitsOf = (f: number, n: number): Table => Array.from({ length: 2 ** n }, (_, i) => ((f >> i) & 1) as 0 | 1);

const formula = (pins: readonly string[], table: Table): TableText => tableText('t', pins, [table]);

const ones = (i: number): number => bitsOf(i, 3).filter((b) => b === 1).length;

describe('tables in Verilog', () => {
  it.each([0, 1, 2, 3])('have the value of every table of %i variables', (n) => {
    for (let f = 0; f < 2 ** (2 ** n); f++) {
      const table = bitsOf(f, n);
      expect(valuesOf(formula(names(n), table), n)).toEqual(table);
    }
  });

  it.each([4, 5, MOST_VARIABLES])('have the value of tables of three bits of %i variables', (n) => {
    const entry = fc.integer({ min: 0, max: 7 });
    fc.assert(
      fc.property(fc.array(entry, { minLength: 2 ** n, maxLength: 2 ** n }), (entries) => {
        const rows = [0, 1, 2].map((k) => entries.map((e) => ((e >> k) & 1) as 0 | 1));
        expect(valuesOf(tableText('t', names(n), rows), n)).toEqual(entries);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it.each([4, 5, MOST_VARIABLES])('have the value of tables of %i variables, some of which count together', (n) => {
    const map = (size: number, most: number) =>
      fc.array(fc.integer({ min: 0, max: most }), { minLength: size, maxLength: size });
    fc.assert(
      fc.property(
        map(8, 3),
        map(2 ** (n - 1), 7),
        fc.shuffledSubarray([0, 1, 2, 3], { minLength: 3, maxLength: 3 }),
        (h, g, bound) => {
          const entries = Array.from({ length: 2 ** n }, (_, i) => {
            const inner = h[bound.reduce((sum, v, k) => sum + ((i >> v) & 1) * 2 ** k, 0)] as number;
            const others = Array.from({ length: n }, (_, v) => v).filter((v) => !bound.includes(v));
            return g[inner + 4 * others.reduce((sum, v, k) => sum + ((i >> v) & 1) * 2 ** k, 0)] as number;
          });
          const rows = [0, 1, 2].map((k) => entries.map((e) => ((e >> k) & 1) as 0 | 1));
          expect(valuesOf(tableText('t', names(n), rows), n)).toEqual(entries);
        },
      ),
      { seed: 1, numRuns: 100 },
    );
  });

  it.each([
    ['a full adder', ['a', 'b', 'c'], 0x96, 'a ^ b ^ c'],
    ['a carry', ['a', 'b', 'c'], 0xe8, 'a ? (b | c) : (b & c)'],
    ['an and with an inverted pin', ['a', '~b'], 0x8, 'a & ~b'],
    ['a pin that is inverted twice', ['~a'], 0x1, 'a'],
    ['a pin that counts for nothing', ['a', 'b'], 0xa, 'a'],
  ] as const)('are short: %s', (_, pins, f, text) => {
    expect(formula(pins, bitsOf(f, pins.length))).toEqual({ wires: [], bits: [text] });
  });

  it('say once what several bits need: a count of five', () => {
    const counts = Array.from({ length: 32 }, (_, i) => ones(i & 7) + ones(i >> 3));
    const rows = [0, 1, 2].map((k) => counts.map((c) => ((c >> k) & 1) as 0 | 1));
    expect(tableText('t', ['a', 'b', 'c', 'd', 'e'], rows)).toEqual({
      wires: ['wire t_0 = a ^ b ^ c;', 'wire t_1 = a ? (b | c) : (b & c);', 'wire t_2 = t_0 ? (d | e) : (d & e);'],
      bits: ['t_0 ^ d ^ e', 't_1 ^ t_2', 't_1 & t_2'],
    });
  });
});
