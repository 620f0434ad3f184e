/** The arithmetic of the element-wise kernels against the definitions written out plainly, on whole element types. */
import { describe, expect, it } from 'vitest';
import type { Const } from '../../src/ir/graph.ts';
import { requantise } from '../../src/ir/ops/requantise/op.ts';
import { scaleAt } from '../../src/ir/ops/requantise/scale.ts';
import { table } from '../../src/ir/ops/table/op.ts';
import { stepAt } from '../../src/ir/ops/thresholds/count.ts';
import { thresholds } from '../../src/ir/ops/thresholds/op.ts';
import { requantise as requantiseKernel } from '../../src/kernels/requantise/kernel.ts';
import { entryOrder } from '../../src/kernels/table/rom.ts';
import { boundOf } from '../../src/kernels/thresholds/search.ts';
import { bipolar, type ElemType, elemRange, int, toBits, uint } from '../../src/num/elem.ts';
import { rational } from '../../src/num/rational.ts';
import { roundRational } from '../../src/num/rounding.ts';
import { TIES } from '../../src/num/shift.ts';
import { rng } from '../conformance/case.ts';
import { constant } from '../conformance/samplers/elements.ts';

const SMALL: readonly ElemType[] = [bipolar, int(1), int(2), int(4), uint(1), uint(3), uint(4)];

function valuesOf(elem: ElemType): number[] {
  const { lo, hi } = elemRange(elem);
  const all = Array.from({ length: hi - lo + 1 }, (_, i) => lo + i);
  return elem.kind === 'bipolar' ? [lo, hi] : all;
}

describe('thresholds', () => {
  it('counts by scan and by search what the definition counts, in both directions', () => {
    const r = rng(1);
    for (let round = 0; round < 200; round++) {
      const steps = r.int(1, 20);
      const down = r.chance(0.5);
      const row = Array.from({ length: steps }, () => r.int(-9, 9)).sort((a, b) => (down ? b - a : a - b));
      const f = { thresholds: constant([1, steps], int(8), row), descending: constant([1], uint(1), [down ? 1 : 0]) };
      for (let x = -11; x <= 11; x++) {
        const n = row.filter((t) => (down ? x <= t : x >= t)).length;
        expect(stepAt({ ...f, base: -4, step: 3 }, x, 0)).toBe(-4 + 3 * n);
      }
    }
  });

  it('orders keys as the hardware compares them: passed exactly when key > bound', () => {
    for (const elem of SMALL) {
      const top = 2 ** elem.bits - 1;
      const { lo, hi } = elemRange(elem);
      for (let t = lo - 3; t <= hi + 3; t++) {
        for (const x of valuesOf(elem)) {
          const key = elem.kind === 'int' ? x - lo : toBits(elem, x);
          expect(BigInt(key) > boundOf(t, false, elem)).toBe(x >= t);
          expect(BigInt(top - key) > boundOf(t, true, elem)).toBe(x <= t);
        }
      }
    }
  });

  it('refuses rows that are out of order', () => {
    const ctx = (data: number[], descending?: Const) => ({
      attrs: { base: 0, step: 1 },
      inputs: [{ shape: [2], elem: int(4) }],
      consts: { thresholds: constant([2, 2], int(4), data), ...(descending ? { descending } : {}) },
    });
    expect(thresholds.check(ctx([1, 2, 3, 3]))).toEqual([]);
    expect(thresholds.check(ctx([1, 2, 3, 2]))).toEqual(['the thresholds of channel 1 are not ascending']);
    expect(thresholds.check(ctx([1, 2, 3, 2], constant([2], uint(1), [0, 1])))).toEqual([]);
  });
});

describe('requantise', () => {
  it('is exact where the product exceeds 2^53', () => {
    const r = rng(2);
    let beyond = 0;
    for (let round = 0; round < 2000; round++) {
      const [x, mul] = [r.int(-(2 ** 31), 2 ** 31 - 1), r.int(-(2 ** 31), 2 ** 31 - 1)];
      const [add, shift] = [r.int(-(2 ** 50), 2 ** 50), r.int(31, 60)];
      const exact = BigInt(x) * BigInt(mul) + BigInt(add);
      if (exact > 2n ** 53n || exact < -(2n ** 53n)) beyond++;
      const f = {
        mul: constant([1], int(32), [mul]),
        add: constant([1], int(53), [add]),
        shift,
        ties: 'up' as const,
        lo: -100000,
        hi: 90000,
      };
      const y = exact >> BigInt(shift);
      expect(scaleAt(f, x, 0)).toBe(Number(y < -100000n ? -100000n : y > 90000n ? 90000n : y));
    }
    expect(beyond).toBeGreaterThan(1000);
  });

  it('rounds half to even where the addend contains the half, beyond 2^53 too', () => {
    const r = rng(3);
    const seen = { ties: 0, beyond: 0 };
    for (let round = 0; round < 3000; round++) {
      // Multiples of a quarter of 2^shift: every fourth sum is a tie.
      const [x, mul] = [r.int(-(2 ** 15), 2 ** 15) * 2 ** r.int(0, 16), r.int(-9, 9) * 2 ** 24];
      const shift = r.pick([26, 30, 41]);
      const add = r.int(-9, 9) * 2 ** (shift - 2) + 2 ** (shift - 1);
      const before = rational(BigInt(x) * BigInt(mul) + BigInt(add) - 2n ** BigInt(shift - 1), 2n ** BigInt(shift));
      const y = Number(roundRational(before, 'ROUND'));
      if (before.den === 2n) seen.ties++;
      if (Math.abs(x * mul) > 2 ** 53) seen.beyond++;
      const consts = { mul: constant([1], int(32), [mul]), add: constant([1], int(53), [add]) };
      const f = { ...consts, shift, ties: 'even' as const, lo: -100001, hi: 100001 };
      expect(scaleAt(f, x, 0)).toBe(Math.min(Math.max(y, -100001), 100001));
    }
    expect(Math.min(seen.ties, seen.beyond)).toBeGreaterThan(100);
  });

  it('has no ties without a shift', () => {
    const attrs = { shift: 0, ties: 'even' as const, lo: 0, hi: 9 };
    const consts = { mul: constant([1], int(2), [1]), add: constant([1], int(2), [0]) };
    const inputs = [{ shape: [1], elem: int(4) }];
    expect(requantise.check({ attrs, inputs, consts })).toEqual(['ties=even needs a shift of at least 1']);
    expect(requantise.check({ attrs: { ...attrs, shift: 1 }, inputs, consts })).toEqual([]);
  });

  it.each(TIES)('has bounds that are reached at both ends, per channel, ties %s', (ties) => {
    const ctx = {
      attrs: { shift: 2, ties, lo: -6, hi: 5 },
      inputs: [{ shape: [3], elem: int(4) }],
      consts: { mul: constant([3], int(4), [3, -5, 0]), add: constant([3], int(8), [1, 0, -9]) },
    };
    const [bounds = []] = requantise.bounds(ctx, [[{ lo: -8, hi: 7 }]]);
    bounds.forEach((b, c) => {
      const ys = valuesOf(int(4)).map((x) => {
        const data = Int32Array.of(x, x, x);
        return requantise.reference(ctx, [{ shape: [3], data }], [])[0]?.data[c] as number;
      });
      expect({ lo: Math.min(...ys), hi: Math.max(...ys) }).toEqual(b);
    });
  });

  it('names the folding that does not fit', () => {
    const ctx = {
      attrs: { shift: 0, ties: 'up' as const, lo: 0, hi: 1, channels: 8, pixels: 2, PE: 3 },
      inputs: [{ shape: [16], elem: int(4), lanes: 3 }],
      consts: { mul: constant([8], int(2), [1, 1, 1, 1, 1, 1, 1, 1]), add: constant([1], int(2), [0]) },
    };
    expect(requantiseKernel.check(ctx)).toEqual(['PE=3 does not divide the channels, 8']);
    expect(requantiseKernel.folding?.legal('PE', ctx)).toEqual([1, 2, 4, 8]);
  });
});

describe('table', () => {
  it('stores each entry where the low bits of its element lead', () => {
    for (const elem of SMALL) {
      const { lo, hi } = elemRange(elem);
      for (let first = lo - 2; first <= hi; first++) {
        for (let last = Math.max(first, lo); last <= hi + 2; last++) {
          const size = last - first + 1;
          const f = { table: constant([1, size], uint(8), new Array(size).fill(0)), offset: first };
          const order = entryOrder(f, elem);
          for (const x of valuesOf(elem).filter((v) => v >= first && v <= last)) {
            expect(order[toBits(elem, x) % order.length]).toBe(x - first);
          }
        }
      }
    }
  });

  it('bounds the entries that the input can reach, no others', () => {
    const ctx = {
      attrs: { offset: -2 },
      inputs: [{ shape: [1], elem: int(3) }],
      consts: { table: constant([1, 5], int(8), [90, 3, -7, 5, 80]) },
    };
    expect(table.bounds(ctx, [[{ lo: -1, hi: 1 }]])).toEqual([[{ lo: -7, hi: 5 }]]);
  });
});
