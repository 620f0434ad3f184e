import { expect, it } from 'vitest';
import { matVec } from '../../../src/ir/ops/dense/matvec.ts';
import { rng } from '../../conformance/case.ts';

/** The definition in BigInt: nothing rounds or wraps. */
function defined(x: ArrayLike<number>, w: ArrayLike<number>, rows: number, cols: number, groups: number): number[] {
  const positions = x.length / (cols * groups);
  const out: number[] = [];
  for (let p = 0; p < positions; p++) {
    for (let m = 0; m < rows; m++) {
      const g = Math.floor(m / (rows / groups));
      let sum = 0n;
      for (let k = 0; k < cols; k++) {
        sum += BigInt(w[m * cols + k] as number) * BigInt(x[(p * groups + g) * cols + k] as number);
      }
      out.push(Number(sum));
    }
  }
  return out;
}

it('equals its definition for all sizes of positions, rows, columns and groups, in both storages', () => {
  for (let seed = 0; seed < 300; seed++) {
    const random = rng(seed);
    const [positions, groups, cols] = [random.int(1, 7), random.int(1, 3), random.int(1, 9)];
    const rows = groups * random.int(1, 7);
    // Up to 9 products of 2^13 · 2^13 stay below 2^31; doubles get what does not.
    const bits = random.chance(0.5) ? 13 : 23;
    const draw = (n: number): number[] => Array.from({ length: n }, () => random.int(-(2 ** bits), 2 ** bits));
    const [x, w] = [draw(positions * groups * cols), draw(rows * cols)];
    const want = defined(x, w, rows, cols, groups);
    const shape = { rows, cols, groups };
    const wide = new Float64Array(positions * rows);
    matVec(Int32Array.from(x), Int32Array.from(w), wide, shape);
    expect([...wide].map((v) => v + 0)).toEqual(want);
    matVec(Float64Array.from(x), Int32Array.from(w), wide, shape);
    expect([...wide].map((v) => v + 0)).toEqual(want);
    if (bits > 13) continue;
    const narrow = new Int32Array(positions * rows);
    matVec(Int32Array.from(x), Int32Array.from(w), narrow, shape);
    expect([...narrow]).toEqual(want);
  }
});

it('keeps sums that wrap on the way but fit in the end', () => {
  const big = 2 ** 30;
  const y = new Int32Array(2);
  matVec(Int32Array.of(1, 1, 1), Int32Array.of(big, big, -big, -big, -big, big), y, { rows: 2, cols: 3, groups: 1 });
  expect([...y]).toEqual([big, -big]);
});
