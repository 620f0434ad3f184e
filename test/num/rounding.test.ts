import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floor, fromNumber, rational, sub } from '../../src/num/rational.ts';
import { ROUNDINGS, type Rounding, roundNumber, roundRational } from '../../src/num/rounding.ts';

/** What each mode does to the halves, and between them. */
// biome-ignore format: a table
const TABLE: Readonly<Record<Rounding, readonly number[]>> = {
  //         -2.5 -1.75 -1.5 -1.25 -0.5 -0.25  0  0.25 0.5 1.25 1.5 1.75 2.5
  ROUND:     [-2, -2, -2, -1,  0,  0, 0, 0, 0, 1, 2, 2, 2],
  CEIL:      [-2, -1, -1, -1,  0,  0, 0, 1, 1, 2, 2, 2, 3],
  FLOOR:     [-3, -2, -2, -2, -1, -1, 0, 0, 0, 1, 1, 1, 2],
  UP:        [-3, -2, -2, -2, -1, -1, 0, 1, 1, 2, 2, 2, 3],
  DOWN:      [-2, -1, -1, -1,  0,  0, 0, 0, 0, 1, 1, 1, 2],
  HALF_UP:   [-3, -2, -2, -1, -1,  0, 0, 0, 1, 1, 2, 2, 3],
  HALF_DOWN: [-2, -2, -1, -1,  0,  0, 0, 0, 0, 1, 1, 2, 2],
};
const INPUTS = [-2.5, -1.75, -1.5, -1.25, -0.5, -0.25, 0, 0.25, 0.5, 1.25, 1.5, 1.75, 2.5];

describe.each([...ROUNDINGS])('%s', (mode) => {
  it('rounds as its name says', () => {
    INPUTS.forEach((x, i) => {
      expect(roundRational(fromNumber(x), mode), `${x}`).toBe(BigInt(TABLE[mode][i] as number));
      expect(roundNumber(x, mode) + 0, `${x}`).toBe(TABLE[mode][i]);
    });
  });

  it('is the same on doubles and on their exact values', () => {
    const quarter = fc.integer({ min: -4000, max: 4000 }).map((v) => v / 4);
    const any = fc.double({ min: -(2 ** 52), max: 2 ** 52, noNaN: true });
    fc.assert(
      fc.property(fc.oneof(quarter, any), (x) => {
        expect(BigInt(roundNumber(x, mode))).toBe(roundRational(fromNumber(x), mode));
      }),
      { numRuns: 400 },
    );
  });

  it('is monotone, keeps integers and moves by less than 1', () => {
    const part = fc.bigInt({ min: -1000n, max: 1000n });
    fc.assert(
      fc.property(part, part, fc.bigInt({ min: 1n, max: 60n }), (a, b, d) => {
        const [lo, hi] = a < b ? [a, b] : [b, a];
        expect(roundRational(rational(lo, d), mode) <= roundRational(rational(hi, d), mode)).toBe(true);
        expect(roundRational(rational(a), mode)).toBe(a);
        const x = rational(a, d);
        const moved = sub(x, rational(roundRational(x, mode)));
        expect(moved.num < moved.den && -moved.num < moved.den).toBe(true);
        expect([floor(x), floor(x) + 1n]).toContain(roundRational(x, mode));
      }),
    );
  });
});
