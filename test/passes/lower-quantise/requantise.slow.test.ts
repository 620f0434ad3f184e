/** The search for multiply-add-shift against brute force: equal where one is found, and none smaller is missed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Interval } from '../../../src/num/elem.ts';
import { ROUNDINGS, type Rounding } from '../../../src/num/rounding.ts';
import type { ScalarSteps } from '../../../src/num/scalar.ts';
import { shiftRight, type Ties } from '../../../src/num/shift.ts';
import type { Requantisation } from '../../../src/passes/lower-quantise/requantisation.ts';
import { requantisations } from '../../../src/passes/lower-quantise/requantise.ts';
import type { Subject } from '../../../src/passes/lower-quantise/subject.ts';
import { dyadic, interval } from '../../num/scalar/arbitrary.ts';
import { oracle } from '../../num/scalar/oracle.ts';
import { integers, lowered, subject } from './harness.ts';

const CHANNELS = 3;

/** Every form that is found, at every value of every channel. */
function check(steps: ScalarSteps, s: Subject, x: Interval): readonly Requantisation[] {
  const forms = requantisations(s);
  for (const form of forms) {
    const { at } = lowered(s, { method: 'requantise', form });
    s.channels.forEach((_, c) => {
      expect(integers(x).map((v) => at(c, v))).toEqual(integers(x).map((v) => oracle(steps, c, v)));
    });
  }
  return forms;
}

const scaled = (a: readonly string[], b: readonly string[], round: { mode: Rounding; lo: number; hi: number }) =>
  [
    { kind: 'affine', a, b },
    { kind: 'round', ...round },
  ] satisfies ScalarSteps;

/** As if there were too many steps to list. */
const unlisted = (s: Subject): Subject => ({
  ...s,
  channels: s.channels.map((c) => ({ ...c, stairs: undefined })),
});

describe.each(ROUNDINGS)('%s with power-of-two scales', (mode) => {
  it.each([
    ['1/8', -128],
    ['-1/8', -128],
    ['1/4', 0],
    ['-1/4', 0],
    ['1/2', 1],
    ['3/16', -128],
    ['-3/16', 0],
  ] as const)('%s, lo %i: is a shift with the numerator as multiplier', (a, lo) => {
    const x = { lo: -300, hi: 400 };
    const steps = scaled([a], ['1/2'], { mode, lo, hi: 127 });
    const s = subject(steps, [x], 1);
    const forms = check(steps, s, x);
    // Rounding away from or towards zero is two lines, unless the clamp keeps one side only; none needs to be dyadic.
    const oneLine = lo >= 0 || !['UP', 'DOWN', 'HALF_UP', 'HALF_DOWN'].includes(mode);
    const ties = mode === 'ROUND' ? 'even' : 'up';
    const numerator = Number(a.split('/')[0]);
    if (oneLine) expect(forms.some((f) => f.ties === ties && f.mul[0] === numerator)).toBe(true);
    expect(check(steps, unlisted(s), x).map((f) => [f.ties, f.mul])).toEqual(oneLine ? [[ties, [numerator]]] : []);
  });
});

describe('requantisation', () => {
  it('has one kind of ties for channels with and without ties, of either direction', () => {
    const x = { lo: -200, hi: 200 };
    // No tie can be met in the second channel; the third is constant over most of its range.
    const steps = scaled(['1/4', '-1/8', '1'], ['0', '1/16', '100'], { mode: 'ROUND', lo: -40, hi: 30 });
    const s = subject(steps, [x], CHANNELS);
    for (const forms of [check(steps, s, x), check(steps, unlisted(s), x)]) {
      const even = forms.filter((f) => f.ties === 'even');
      expect(even.length).toBe(1);
      expect(even[0]?.shift).toBe(4);
    }
  });

  it('is equal on every value for random power-of-two scales, by search and by algebra', () => {
    const seen = { up: 0, even: 0, algebraUp: 0, algebraEven: 0 };
    fc.assert(
      fc.property(dyadic(CHANNELS), interval(150), (steps, x) => {
        const s = subject(steps, [x], CHANNELS);
        for (const f of check(steps, s, x)) seen[f.ties]++;
        for (const f of check(steps, unlisted(s), x)) seen[f.ties === 'even' ? 'algebraEven' : 'algebraUp']++;
      }),
      { numRuns: 800 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(40);
  });

  it('always exists for half to even with power-of-two scales', () => {
    const power = fc.tuple(fc.constantFrom('1', '-1'), fc.constantFrom(2, 4, 8)).map(([n, d]) => `${n}/${d}`);
    const bias = fc.tuple(fc.integer({ min: -40, max: 40 }), fc.constantFrom(1, 2, 8, 3)).map(([n, d]) => `${n}/${d}`);
    const list = (v: fc.Arbitrary<string>) => fc.array(v, { minLength: CHANNELS, maxLength: CHANNELS });
    fc.assert(
      fc.property(list(power), list(bias), interval(150), (a, b, x) => {
        const steps = scaled(a, b, { mode: 'ROUND', lo: -7, hi: 9 });
        const s = subject(steps, [x], CHANNELS);
        const forms = check(steps, s, x);
        expect(forms.length).toBeGreaterThan(0);
        // At most the half and one bit more for channels without ties.
        expect(Math.min(...forms.map((f) => f.shift))).toBeLessThanOrEqual(4);
      }),
      { numRuns: 300 },
    );
  });

  it('takes the smallest shift: with the next smaller one no multiplier and addend fits', () => {
    const xs = integers({ lo: -10, hi: 10 });
    const seen = { up: 0, even: 0 };
    const slope = fc.oneof(
      fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 21, max: 60 })),
      fc.tuple(fc.integer({ min: 1, max: 7 }), fc.constantFrom(8, 16)),
    );
    fc.assert(
      fc.property(slope, fc.integer({ min: -30, max: 30 }), ([n, d], b) => {
        const steps = scaled([`${n}/${d}`], [`${b}/${d}`], { mode: 'ROUND', lo: -3, hi: 4 });
        const truth = xs.map((x) => oracle(steps, 0, x));
        for (const { shift, lo, hi, ties, mul } of requantisations(subject(steps, [{ lo: -10, hi: 10 }], 1))) {
          const least = ties === 'even' ? 1 : 0;
          if (shift > 4) continue;
          seen[ties]++;
          if (shift > least) expect(smallestMul(xs, truth, { shift: shift - 1, lo, hi, ties })).toBeUndefined();
          expect(smallestMul(xs, truth, { shift, lo, hi, ties })).toBe(mul[0]);
        }
      }),
      { numRuns: 100 },
    );
    expect(Math.min(seen.up, seen.even)).toBeGreaterThan(20);
  });
});

interface Grid {
  readonly shift: number;
  readonly lo: number;
  readonly hi: number;
  readonly ties: Ties;
}

/** Tries every slope up to one level per input and every offset that keeps the line near the levels. */
function smallestMul(xs: readonly number[], ys: readonly number[], { shift, lo, hi, ties }: Grid): number | undefined {
  const scale = 2 ** shift;
  const fits = (m: number, add: number): boolean =>
    xs.every((x, i) => Math.min(Math.max(shiftRight(x * m + add, shift, ties), lo), hi) === ys[i]);
  for (let m = 0; m <= scale; m++) {
    for (let add = -18 * scale; add <= 18 * scale; add++) if (fits(m, add)) return m;
  }
  return undefined;
}
