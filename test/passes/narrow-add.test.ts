import { describe, expect, it } from 'vitest';
import { channelEvaluators } from '../../src/ir/ops/quantise/channels.ts';
import { elemFor, type Interval } from '../../src/num/elem.ts';
import type { ScalarSteps } from '../../src/num/scalar.ts';
import { narrow } from '../../src/passes/narrow-add.ts';
import { rng } from '../conformance/case.ts';

const rounding = (num: number, mode: 'ROUND' | 'HALF_UP' | 'FLOOR', lo: number, hi: number): ScalarSteps => [
  { kind: 'affine', a: [`${num}/16777216`], b: ['1/3'] },
  { kind: 'round', mode, lo, hi },
];

const wideElem = (a: Interval, b: Interval, mulA: number, mulB: number) => {
  const reach = Math.abs(mulA) * Math.max(-a.lo, a.hi) + Math.abs(mulB) * Math.max(-b.lo, b.hi);
  return elemFor({ lo: -reach - 1, hi: reach + 1 });
};

describe('narrow sums', () => {
  it('are equal for all pairs of operands, and narrower', () => {
    const random = rng(5);
    let found = 0;
    for (let i = 0; i < 40; i++) {
      const a = { lo: -random.int(1, 60), hi: random.int(0, 60) };
      const b = { lo: -random.int(0, 60), hi: random.int(1, 60) };
      const wide = {
        mulA: random.int(2 ** 18, 2 ** 24),
        mulB: random.int(-(2 ** 24), 2 ** 24),
        offset: random.int(-9, 9),
      };
      const steps = rounding(random.int(1, 4), random.pick(['ROUND', 'HALF_UP', 'FLOOR']), random.pick([0, -100]), 90);
      const elem = wideElem(a, b, wide.mulA, wide.mulB);
      const made = narrow(wide, a, b, steps, elem);
      if (!made) continue;
      found++;
      const { add, shift, clamp } = made;
      expect(Math.max(Math.abs(add.mulA), Math.abs(add.mulB))).toBeLessThan(2 ** 24);
      const f = channelEvaluators(steps, elem)[0] as (v: number) => number;
      for (let x = a.lo; x <= a.hi; x++) {
        for (let y = b.lo; y <= b.hi; y++) {
          const v = Math.floor((add.mulA * x + add.mulB * y + add.offset) / 2 ** shift);
          const got = Math.min(Math.max(v, clamp.lo), clamp.hi);
          if (got !== f(wide.mulA * x + wide.mulB * y + wide.offset))
            throw new Error(`${x}, ${y}: ${JSON.stringify(made)}`);
        }
      }
    }
    expect(found).toBeGreaterThan(30);
  });

  it('are not made of what is narrow already, of more than 2^20 pairs, or of other functions than a rounded scale', () => {
    const range = { lo: -128, hi: 127 };
    const wide = { mulA: 1000003, mulB: 999983, offset: 0 };
    const steps = rounding(1, 'ROUND', -8, 7);
    const elem = wideElem(range, range, wide.mulA, wide.mulB);
    expect(narrow(wide, range, range, steps, elem)).toBeDefined();
    expect(narrow({ ...wide, mulA: 3, mulB: -5 }, range, range, steps, elem)).toBeUndefined();
    expect(
      narrow(wide, range, { lo: 0, hi: 2 ** 13 }, steps, elemFor({ lo: -(2 ** 34), hi: 2 ** 34 })),
    ).toBeUndefined();
    expect(narrow(wide, range, range, [{ kind: 'leaky', slope: ['1/10'] }, ...steps], elem)).toBeUndefined();
  });
});
