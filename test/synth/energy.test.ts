import { expect, it } from 'vitest';
import { energyOf } from '../../src/synth/energy.ts';
import { readLiberty } from '../../src/synth/liberty.ts';

const library = (head: string) =>
  readLiberty(
    `library(l) { ${head}
      cell(NAND2X1) { area : 1; pin(A) { direction : input; capacitance : 2; } pin(B) { direction : input; capacitance : 3; }
        pin(Y) { direction : output; capacitance : 50; } }
      cell(DFF) { area : 4; pin(D) { direction : "input"; capacitance : 1; } pin(CK) { clock : true; direction : input; capacitance : 7; } }
    }`,
    'l.lib',
  );

it('charges the inputs of all cells where bits change, and every clock input in every cycle', () => {
  const cells = { NAND2X1: 10, DFF: 2, $unknown: 5 };
  const found = energyOf(cells, library('nom_voltage : 2; capacitive_load_unit (1, ff);'), 0.25);
  expect(found).toEqual({
    data: expect.closeTo((0.25 * 52e-15 * 4) / 2, 20),
    clock: expect.closeTo(14e-15 * 4, 20),
    load: expect.closeTo(52e-15, 20),
    clockLoad: expect.closeTo(14e-15, 20),
    volts: 2,
    rate: 0.25,
  });
  expect(energyOf(cells, library('nom_voltage : 2; capacitive_load_unit (0.1, "pF");'), 0.25)?.load).toBeCloseTo(
    5.2e-12,
    18,
  );
});

it('says nothing where the library says nothing of voltage or capacitance', () => {
  expect(energyOf({ DFF: 1 }, library(''), 0.5)).toBeUndefined();
  expect(energyOf({ OTHER: 1 }, library('nom_voltage : 1;'), 0.5)).toBeUndefined();
});
