import { expect, it } from 'vitest';
import {
  bitsFor,
  codeOf,
  codesPerUnit,
  codingOf,
  mantissas,
  OnlineSum,
  reciprocal,
} from '../../../src/ir/ops/exponential.ts';
import { roundShift } from '../../../src/num/round-shift.ts';
import { rng } from '../../conformance/case.ts';

it('shifts right and rounds half up', () => {
  expect([-3, -2, -1, 0, 1, 2, 3].map((v) => roundShift(v, 1))).toEqual([-1, -1, 0, 0, 1, 1, 2]);
  expect(roundShift(-7, 0)).toBe(-7);
  expect([53, 54, 400].map((n) => roundShift(2 ** 51, n))).toEqual([0, 0, 0]);
  expect([51, 52].map((n) => roundShift(2 ** 51, n))).toEqual([1, 1]);
});

it('codes are nearest to their exponents, up to a sixteenth of a code, and clamped to 1 and above', () => {
  const random = rng(1);
  for (let i = 0; i < 400; i++) {
    const scale = 2 ** random.int(-12, 3) * (1 + random.int(0, 1000) / 1000);
    const stepBits = random.int(1, 8);
    const bits = random.int(stepBits + 1, 16);
    const coding = codingOf(scale, stepBits, bits);
    const x = random.int(-(2 ** 20), 2 ** 20);
    const real = x * scale * codesPerUnit(stepBits) + 2 ** (bits - 1);
    const clamped = Math.min(2 ** bits - 1, Math.max(1, real));
    expect(Math.abs(codeOf(x, coding) - clamped)).toBeLessThanOrEqual(0.5 + 1 / 16);
    expect(codeOf(x, coding)).toBeGreaterThanOrEqual(1);
  }
});

it('as many bits as a range needs leave no code at a clamp', () => {
  for (const [scale, largest, stepBits] of [
    [1, 3, 5],
    [0.01, 127 * 127 * 64, 5],
    [2 ** -14, 127 * 127 * 64, 7],
    [4, 1, 1],
  ] as const) {
    const bits = bitsFor(scale, largest, stepBits);
    const coding = codingOf(scale, stepBits, bits);
    expect(codeOf(largest, coding)).toBeLessThan(2 ** bits - 1);
    expect(codeOf(-largest, coding)).toBeGreaterThan(1);
  }
});

it('a table is one octave of mantissas with their upper bit set', () => {
  for (let bits = 1; bits <= 16; bits++) {
    for (let stepBits = 1; stepBits <= Math.min(bits, 8); stepBits++) {
      const { data } = mantissas(stepBits, bits);
      expect(data.length).toBe(2 ** stepBits);
      for (const [i, m] of data.entries()) {
        expect(m).toBe(Math.round(2 ** (bits - 1 + i / 2 ** stepBits)));
        expect(m >= 2 ** (bits - 1) && m < 2 ** bits).toBe(true);
      }
    }
  }
});

it('an online sum is the exact one, up to the rounding of its weights', () => {
  const random = rng(7);
  const table = mantissas(6, 20).data;
  for (const order of ['random', 'rising', 'falling', 'equal']) {
    const codes = Array.from({ length: 300 }, () => (order === 'equal' ? 777 : random.int(0, 1023)));
    if (order === 'rising') codes.sort((a, b) => a - b);
    if (order === 'falling') codes.sort((a, b) => b - a);
    const v = Int32Array.from(codes, () => random.int(-128, 127));
    const sum = new OnlineSum(1, 6, table);
    sum.add(999, v, 0);
    sum.clear();
    let [top, bottom] = [0, 0];
    codes.forEach((c, i) => {
      sum.add(c, v, i);
      if (c === 0) return;
      top += 2 ** (c / 64) * (v[i] as number);
      bottom += 2 ** (c / 64);
    });
    expect(Math.abs((sum.numerators[0] as number) / sum.denominator - top / bottom)).toBeLessThan(0.05);
  }
});

it('a reciprocal is rounded down; that of nothing is 0', () => {
  expect([reciprocal(3, 10), reciprocal(1024, 10), reciprocal(1025, 10), reciprocal(0, 10)]).toEqual([341, 1, 0, 0]);
  // The quotient of doubles is never rounded up to the next integer.
  for (const d of [2 ** 26 - 1, 2 ** 26 + 1, 3, 12345677]) {
    expect(BigInt(reciprocal(d, 52))).toBe((1n << 52n) / BigInt(d));
  }
});
