import { describe, expect, it } from 'vitest';
import { sharedSums, shareInBlocks } from '../../../src/netlist/cmvm/blocks.ts';
import type { Decomposition, Matrix } from '../../../src/netlist/cmvm/share.ts';
import type { Solver } from '../../../src/netlist/cmvm/solver.ts';
import { drawer } from '../random.ts';

const OPTIONS = { bitPrice: 0.7, extraDepth: 2 };

function draws(seed: number, rows: number, cols: number): Matrix {
  const draw = drawer(seed);
  return { rows, cols, data: Array.from({ length: rows * cols }, () => draw(-32, 31)) };
}

/** The weights that a decomposition stands for: its values are linear in the inputs, and columns are what unit vectors give. */
function weightsOf({ values, rows }: Decomposition, cols: number): number[] {
  const unit = (c: number) => Array.from({ length: cols }, (_, i) => ({ lo: i === c ? 1 : 0, hi: i === c ? 1 : 0 }));
  return rows.flatMap((row) =>
    Array.from({ length: cols }, (_, c) =>
      row.reduce((sum, t) => sum + t.sign * values.rangeOf(t.value, unit(c)).lo * 2 ** t.shift, 0),
    ),
  );
}

const here: Solver['shares'] = (tasks) => tasks.map(sharedSums);

describe('sharing in blocks of columns', () => {
  it.each([1, 2, 3, 5, 12])('leaves the matrix as it is, in %i', (blocks) => {
    const m = draws(blocks, 10, 12);
    const spans = Array.from({ length: 12 }, () => 63);
    const shared = shareInBlocks({ matrix: m, spans, depths: [], options: OPTIONS }, blocks, here);
    expect(weightsOf(shared, 12)).toEqual(m.data);
  });

  it('shares within each block', () => {
    const m = draws(7, 16, 24);
    const spans = Array.from({ length: 24 }, () => 63);
    const termsIn = (blocks: number): number =>
      shareInBlocks({ matrix: m, spans, depths: [], options: OPTIONS }, blocks, here).rows.reduce(
        (n, row) => n + row.length,
        0,
      );
    const [whole, halves, alone] = [termsIn(1), termsIn(2), termsIn(24)];
    expect(halves).toBeGreaterThan(whole);
    expect(halves).toBeLessThan(0.8 * alone);
  });
});
