import { describe, expect, it } from 'vitest';
import { readLiberty } from '../../src/synth/liberty.ts';

const LIBRARY = `
/* a library { with a brace in its comment */
library(tiny) {
  comment : "area : 7; cell(no) {";
  lu_table_template(t) { variable_1 : x; index_1 ("1, \\
    2"); }
  cell (INVX1) { area : 1.5; pin(A) { area : 99; } }
  cell ("NAND2X2") {
    cell_footprint : nand2;
    area : 3;
  }
  cell(NAND2X1) { area : "2"; }
  cell(PAD) { pad_cell : true; }
}
`;

describe('Liberty files', () => {
  it('give the area of each cell and that of the smallest NAND', () => {
    const { name, areas, gate } = readLiberty(LIBRARY, 'tiny.lib');
    expect(name).toBe('tiny');
    expect([...areas]).toEqual([
      ['INVX1', 1.5],
      ['NAND2X2', 3],
      ['NAND2X1', 2],
    ]);
    expect(gate).toBe(2);
    expect(readLiberty('library(l) { cell(A) { area : 1; } }', 'l').gate).toBeUndefined();
  });

  it.each([
    ['', 'does not begin with a library'],
    ['module m; endmodule', 'does not begin with a library'],
    ['library(l) { cell(A) { area : 1; }', 'truncated'],
    ['library(l) { } }', 'braces'],
    ['library(l) { cell(A) { area : big; } }', 'no number'],
    ['library(l) { }', 'no cell with an area'],
  ])('refuses %j', (text, why) => {
    expect(() => readLiberty(text, 'x.lib')).toThrow(new RegExp(`E0802.*${why}`));
  });
});
