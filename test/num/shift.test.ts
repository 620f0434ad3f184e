import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rational } from '../../src/num/rational.ts';
import { roundRational } from '../../src/num/rounding.ts';
import { shiftRight, shiftRightBig, startsLate, TIES } from '../../src/num/shift.ts';

const shifts = [1, 2, 3, 5];
const values = Array.from({ length: 401 }, (_, i) => i - 200);

describe('right shift', () => {
  it('rounds half up, or half to even, a value to which the half was added', () => {
    for (const shift of shifts) {
      const half = 2 ** (shift - 1);
      for (const v of values) {
        const before = rational(BigInt(v - half), 2n ** BigInt(shift));
        const isTie = before.den === 2n;
        expect(shiftRight(v, shift, 'even')).toBe(Number(roundRational(before, 'ROUND')));
        expect(shiftRight(v, shift, 'up')).toBe(Number(roundRational(before, isTie ? 'CEIL' : 'ROUND')));
      }
    }
  });

  it('is one meaning for doubles and big integers', () => {
    const v = fc.oneof(
      fc.maxSafeInteger(),
      fc.integer({ min: -999, max: 999 }).map((n) => n * 2 ** 20),
    );
    fc.assert(
      fc.property(v, fc.integer({ min: 1, max: 50 }), fc.constantFrom(...TIES), (x, shift, ties) => {
        expect(BigInt(shiftRight(x, shift, ties))).toBe(shiftRightBig(BigInt(x), shift, ties));
      }),
    );
  });

  it('reaches each level where startsLate says, and no earlier', () => {
    for (const ties of TIES) {
      for (const shift of shifts) {
        for (let k = -9; k <= 9; k++) {
          const first = k * 2 ** shift + startsLate(ties, k);
          expect(shiftRight(first, shift, ties) >= k && shiftRight(first - 1, shift, ties) < k).toBe(true);
        }
      }
    }
  });
});
