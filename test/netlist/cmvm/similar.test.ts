import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NetlistBuilder } from '../../../src/netlist/builder.ts';
import { type CmvmOptions, cmvm } from '../../../src/netlist/cmvm/cmvm.ts';
import { digitsOf, signedDigits } from '../../../src/netlist/cmvm/csd.ts';
import type { Matrix } from '../../../src/netlist/cmvm/share.ts';
import { stagesOf } from '../../../src/netlist/cmvm/similar.ts';
import { costOf } from '../../../src/netlist/cost.ts';
import { evaluate } from '../../../src/netlist/interpret.ts';
import type { Netlist } from '../../../src/netlist/netlist.ts';
import { drawer } from '../random.ts';

/** Rows that are one row or its negative, but for some of its weights. */
function similar(seed: number, rows: number, cols: number, others: number): Matrix {
  const draw = drawer(seed);
  const row = Array.from({ length: cols }, () => draw(-128, 127));
  const data = Array.from({ length: rows }, () => {
    const own = [...row];
    for (let k = 0; k < others; k++) own[draw(0, cols - 1)] = draw(-128, 127);
    const sign = draw(0, 1) === 0 ? -1 : 1;
    return own.map((w) => sign * w + 0);
  }).flat();
  return { rows, cols, data };
}

function times(a: Matrix, b: Matrix): number[] {
  return Array.from({ length: a.rows * b.cols }, (_, i) => {
    const [r, c] = [Math.floor(i / b.cols), i % b.cols];
    let sum = 0;
    for (let k = 0; k < a.cols; k++) sum += (a.data[r * a.cols + k] as number) * (b.data[k * b.cols + c] as number);
    return sum + 0;
  });
}

function build(m: Matrix, options: CmvmOptions = {}): Netlist {
  const b = new NetlistBuilder();
  const x = Array.from({ length: m.cols }, (_, i) => b.input(`x${i}`, { lo: -32, hi: 31 }));
  cmvm(b, m, x, [], options).forEach((v, i) => {
    b.output(`y${i}`, v);
  });
  return b.finish('product');
}

describe('similar rows', () => {
  it('count digits as they are written', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 30) + 1, max: 2 ** 30 - 1 }), (w) => {
        expect(digitsOf(w)).toBe(signedDigits(w).length);
      }),
      { seed: 1, numRuns: 3000 },
    );
  });

  it('make two matrices whose product is the given one', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const m = similar(seed, 3 + (seed % 14), 8 + (seed % 9), 1 + (seed % 3));
      const steps = 2 + (seed % 3);
      const stages = stagesOf(m, steps);
      if (!stages) continue;
      const [first, second] = stages;
      for (let r = 0; r < m.rows; r++) {
        const row = Array.from(second.data).slice(r * m.rows, (r + 1) * m.rows);
        expect(row.filter((w) => w !== 0).length).toBeLessThanOrEqual(steps);
      }
      expect(times(second, first)).toEqual([...Array.from(m.data)]);
      const digits = (x: Matrix): number => Array.from(x.data).reduce((n, w) => n + digitsOf(w), 0);
      expect(digits(first)).toBeLessThanOrEqual(0.75 * digits(m));
    }
    expect(stagesOf(similar(1, 12, 12, 2), 4)).toBeDefined();
  });

  it('cost a good part less than without stages, and give the same', () => {
    for (const [seed, size, others] of [
      [1, 16, 2],
      [2, 24, 4],
    ] as const) {
      const m = similar(seed, size, size, others);
      const [staged, plain] = [build(m), build(m, { ways: [{ bitPrice: 0.7, extraDepth: 2 }] })];
      expect(costOf(staged).luts).toBeLessThan(0.8 * costOf(plain).luts);
      expect(costOf(staged).depth).toBeLessThanOrEqual(costOf(plain).depth + 2);
      const draw = drawer(seed);
      const x = Int32Array.from({ length: 20 * size }, () => draw(-32, 31));
      expect(evaluate(staged, x, { checked: true })).toEqual(evaluate(plain, x, { checked: true }));
    }
  });

  it('are not looked for where rows have nothing in common', () => {
    const draw = drawer(3);
    expect(
      stagesOf({ rows: 16, cols: 16, data: Array.from({ length: 256 }, () => draw(-128, 127)) }, 4),
    ).toBeUndefined();
  });
});
