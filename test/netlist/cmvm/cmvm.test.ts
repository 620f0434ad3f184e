import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainMatrix } from '../../../bench/plain.ts';
import { NetlistBuilder } from '../../../src/netlist/builder.ts';
import { type CmvmOptions, cmvm } from '../../../src/netlist/cmvm/cmvm.ts';
import { signedDigits } from '../../../src/netlist/cmvm/csd.ts';
import type { Matrix } from '../../../src/netlist/cmvm/share.ts';
import { costOf } from '../../../src/netlist/cost.ts';
import { evaluate } from '../../../src/netlist/interpret.ts';
import { type Netlist, opAt } from '../../../src/netlist/netlist.ts';
import { printNetlist } from '../../../src/netlist/text/print.ts';
import { assertNetlist } from '../../../src/netlist/verify.ts';
import type { Interval } from '../../../src/num/elem.ts';
import { type Draw, drawer } from '../random.ts';

const CASES = Number(process.env['SLUICE_CASES'] ?? 60);

function build(
  m: Matrix,
  ranges: readonly Interval[],
  bias: readonly number[] = [],
  options: CmvmOptions = {},
): Netlist {
  const b = new NetlistBuilder();
  const x = ranges.map((r, i) => b.input(`x${i}`, r));
  cmvm(b, m, x, bias, options).forEach((v, i) => {
    b.output(`y${i}`, v);
  });
  return b.finish('product');
}

function randomMatrix(draw: Draw, rows: number, cols: number, bits: number): Matrix {
  const most = 2 ** (bits - 1);
  const sparse = draw(0, 2);
  return {
    rows,
    cols,
    data: Array.from({ length: rows * cols }, () => (draw(0, 2) < sparse ? 0 : draw(-most, most))),
  };
}

const RANGES: readonly Interval[] = [
  { lo: 0, hi: 63 },
  { lo: -32, hi: 31 },
  { lo: 0, hi: 1 },
  { lo: -3, hi: 12 },
  { lo: -9, hi: -2 },
  { lo: 5, hi: 5 },
];

/** Wx + bias by plain loops, on random vectors and the corners. */
function check(net: Netlist, m: Matrix, ranges: readonly Interval[], bias: readonly number[], draw: Draw): void {
  assertNetlist(net);
  const vectors = 30;
  const x = Int32Array.from({ length: vectors * m.cols }, (_, i) => {
    const { lo, hi } = ranges[i % m.cols] as Interval;
    const kind = draw(0, 3);
    return kind === 0 ? lo : kind === 1 ? hi : draw(lo, hi);
  });
  const y = new Int32Array(vectors * m.rows);
  plainMatrix(x, Int32Array.from(m.data), y, m.rows, m.cols);
  const wanted = Array.from(y, (v, i) => v + (bias[i % m.rows] ?? 0));
  expect([...evaluate(net, x, { checked: true })]).toEqual(wanted);
}

describe('signed digits', () => {
  it('are the number, and no two are neighbours', () => {
    for (let w = -1100; w <= 1100; w++) {
      const digits = signedDigits(w);
      expect(digits.reduce((sum, d) => sum + d.sign * 2 ** d.shift, 0)).toBe(w);
      digits.slice(1).forEach((d, i) => {
        expect(d.shift - (digits[i]?.shift ?? 0)).toBeGreaterThan(1);
      });
    }
  });
});

describe('a product with a constant matrix', () => {
  it('equals plain loops on random matrices, ranges and biases, without a multiplier', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const draw = drawer(seed);
        const m = randomMatrix(draw, draw(1, 12), draw(1, 12), draw(1, 9));
        const ranges = Array.from({ length: m.cols }, () => RANGES[draw(0, RANGES.length - 1)] as Interval);
        const bias = Array.from({ length: m.rows }, () => draw(-500, 500));
        check(build(m, ranges, bias, { slack: draw(0, 2) }), m, ranges, bias, draw);
      }),
      { numRuns: CASES, seed: 11 },
    );
  });

  it('equals plain loops on a matrix with many high columns of bits', () => {
    const draw = drawer(3);
    const m = randomMatrix(draw, 4, 120, 8);
    const ranges = Array.from({ length: 120 }, () => ({ lo: -128, hi: 127 }));
    check(build(m, ranges), m, ranges, [], draw);
  });

  it('says exactly what values its outputs have', () => {
    const m = { rows: 2, cols: 2, data: [3, -5, 0, 0] };
    const net = build(m, [RANGES[0] as Interval, RANGES[1] as Interval], [7, -2]);
    const ranges = net.outputs.map(({ value }) => [net.lo[value], net.hi[value]]);
    expect(ranges).toEqual([
      [7 - 5 * 31, 7 + 3 * 63 + 5 * 32],
      [-2, -2],
    ]);
  });

  it('is the same every time', () => {
    const m = randomMatrix(drawer(5), 8, 8, 6);
    const ranges = Array.from({ length: 8 }, () => ({ lo: 0, hi: 63 }));
    expect(printNetlist(build(m, ranges))).toBe(printNetlist(build(m, ranges)));
  });

  it('builds equal rows once, and rows that differ by a factor of a power of two from the same sums', () => {
    const row = [3, 5, -7, 11];
    const ranges = row.map(() => ({ lo: 0, hi: 63 }));
    const luts = (...rows: number[][]): number =>
      costOf(build({ rows: rows.length, cols: 4, data: rows.flat() }, ranges)).luts;
    expect(luts(row, row, row)).toBe(luts(row));
    expect(
      luts(
        row,
        row.map((w) => 4 * w),
      ),
    ).toBeLessThan(luts(row, [5, -3, 9, 2]));
  });

  it('takes fewer LUTs than a tree of two-term sums for each digit', () => {
    const draw = drawer(8);
    const m = randomMatrix(draw, 16, 16, 6);
    const ranges = Array.from({ length: 16 }, () => ({ lo: 0, hi: 63 }));
    const digits = Array.from(m.data).flatMap(signedDigits).length;
    expect(costOf(build(m, ranges)).luts).toBeLessThan((digits - 16) * 6 * 0.7);
  });

  it('adds tables and wires: no other op is in it', () => {
    const m = randomMatrix(drawer(9), 6, 6, 6);
    const net = build(m, m.data.length > 0 ? Array.from({ length: 6 }, () => ({ lo: 0, hi: 63 })) : []);
    const ops = new Set(Array.from(net.op, (_, i) => opAt(net, i).name));
    for (const op of ops) expect(['input', 'const', 'add', 'sub', 'gather', 'table']).toContain(op);
  });
});
