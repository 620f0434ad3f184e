import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { climb, type Staircase } from '../../../src/num/scalar/staircase.ts';
import { shiftRight, TIES } from '../../../src/num/shift.ts';
import { smallestFit } from '../../../src/passes/lower-quantise/fit.ts';
import { proveRequantise } from '../../../src/passes/lower-quantise/proof.ts';
import { linesOf } from '../../../src/passes/lower-quantise/slopes.ts';
import { integers } from './harness.ts';

const DOMAIN = { lo: -12, hi: 14 };
const line = fc.record({
  mul: fc.integer({ min: -9, max: 9 }),
  add: fc.integer({ min: -60, max: 60 }),
  shift: fc.integer({ min: 1, max: 4 }),
  lo: fc.integer({ min: -6, max: 0 }),
  hi: fc.integer({ min: 0, max: 6 }),
  ties: fc.constantFrom(...TIES),
});
type Line = typeof line extends fc.Arbitrary<infer T> ? T : never;

const at = (l: Line, x: number): number =>
  Math.min(Math.max(shiftRight(x * l.mul + l.add, l.shift, l.ties), l.lo), l.hi) + 0;

/** The staircase of a line, by looking at every input. */
function stairs(l: Line): Staircase {
  const mirrored = l.mul < 0;
  const domain = mirrored ? { lo: -DOMAIN.hi, hi: -DOMAIN.lo } : DOMAIN;
  const value = (u: number): number => at(l, mirrored ? -u : u);
  const steps = integers(domain).flatMap((u) =>
    u === domain.lo ? [] : Array.from({ length: value(u) - value(u - 1) }, () => u),
  );
  return { mirrored, domain, first: value(domain.lo), steps: Float64Array.from(steps) };
}

const nudged = fc.tuple(line, fc.integer({ min: -2, max: 2 }), fc.integer({ min: -1, max: 1 }));

describe('proof of a requantisation', () => {
  it('holds exactly where the two are equal on every input', () => {
    const seen = { equal: 0, different: 0 };
    fc.assert(
      fc.property(nudged, ([l, da, dm]) => {
        const s = stairs(l);
        const other = { ...l, add: l.add + da, mul: l.mul + dm };
        const equal = integers(DOMAIN).every((x) => at(other, x) === climb(s, x));
        const proven = proveRequantise(s, { ...other, mul: [other.mul], add: [other.add] }, 0);
        // A line of the other direction can equal a constant: the proof need not see that.
        if (s.mirrored === other.mul < 0 || other.mul === 0) expect(proven).toBe(equal);
        else expect(proven && !equal).toBe(false);
        seen[equal ? 'equal' : 'different']++;
      }),
      { numRuns: 3000 },
    );
    expect(Math.min(seen.equal, seen.different)).toBeGreaterThan(500);
  });

  it('is exact where products pass 2^53', () => {
    const u = 2 ** 40 + 1;
    const s = { mirrored: false, domain: { lo: 0, hi: 2 ** 41 }, first: 0, steps: Float64Array.of(u) };
    const r = { mul: [2 ** 20 + 1], shift: 60, ties: 'up' as const, lo: 0, hi: 1 };
    const exact = 2n ** 60n - BigInt(u) * BigInt(2 ** 20 + 1);
    expect(proveRequantise(s, { ...r, add: [Number(exact)] }, 0)).toBe(true);
    expect(proveRequantise(s, { ...r, add: [Number(exact - 1n)] }, 0)).toBe(false);
    // Level 1 is odd: a tie goes to 0.
    expect(proveRequantise(s, { ...r, ties: 'even', add: [Number(exact)] }, 0)).toBe(false);
    expect(proveRequantise(s, { ...r, ties: 'even', add: [Number(exact + 1n)] }, 0)).toBe(true);
  });

  it('has a slope for every line, within the interval found', () => {
    fc.assert(
      fc.property(line, (l) => {
        const found = linesOf(stairs(l), { lo: l.lo, hi: l.hi }, l.ties);
        expect(found).toBeDefined();
        const m = found && smallestFit([found], found, l.shift);
        expect(m !== undefined && m <= BigInt(Math.abs(l.mul))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
