import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bounds } from '../../../src/ir/op.ts';
import { elemRange, type Interval } from '../../../src/num/elem.ts';
import { ROUNDINGS } from '../../../src/num/rounding.ts';
import type { ScalarSteps } from '../../../src/num/scalar.ts';
import { choose, QUANTISE_METHODS, type QuantiseMethod } from '../../../src/passes/lower-quantise/choose.ts';
import { chain, integerChain, interval, plain } from '../../num/scalar/arbitrary.ts';
import { oracle } from '../../num/scalar/oracle.ts';
import { constsFit, integers, lowered, subject } from './harness.ts';

const CHANNELS = 3;

/** Compares every channel at every value that can reach it; the method that was used, or undefined if there is none. */
function compare(steps: ScalarSteps, bounds: Bounds, method: QuantiseMethod): string | undefined {
  const s = subject(steps, bounds, CHANNELS);
  const choice = choose(s, method);
  if (typeof choice === 'string') return undefined;
  const { at, elem, consts } = lowered(s, choice.form);
  const range = elemRange(elem);
  expect(constsFit(consts)).toBe(true);
  for (let c = 0; c < CHANNELS; c++) {
    const xs = integers(bounds[bounds.length === 1 ? 0 : c] as Interval);
    const got = xs.map((x) => at(c, x));
    expect(got).toEqual(xs.map((x) => oracle(steps, c, x)));
    expect(got.every((y) => y >= range.lo && y <= range.hi && !(elem.kind === 'bipolar' && y === 0))).toBe(true);
  }
  return choice.form.method;
}

const bounds = (width: number): fc.Arbitrary<Bounds> =>
  fc.oneof(
    interval(width).map((b) => [b]),
    fc.array(interval(width), { minLength: CHANNELS, maxLength: CHANNELS }),
  );

describe.each(QUANTISE_METHODS)('lowering by %s', (method) => {
  it('is equal on every value, for random chains', () => {
    const used = new Map<string, number>();
    const steps = fc.oneof(chain(1), chain(CHANNELS), plain(1), plain(CHANNELS), integerChain);
    fc.assert(
      fc.property(steps, bounds(70), (s, b) => {
        const m = compare(s, b, method) ?? 'none';
        used.set(m, (used.get(m) ?? 0) + 1);
      }),
      { numRuns: 600 },
    );
    // The test would be empty if the method were hardly ever possible.
    for (const m of method === 'auto' ? ['thresholds', 'requantise'] : [method]) {
      expect(used.get(m) ?? 0).toBeGreaterThan(method === 'auto' ? 5 : 180);
    }
    expect(method === 'auto' || method === 'table' ? (used.get('none') ?? 0) : 0).toBe(0);
  });
});

describe('requantisation', () => {
  it.each(ROUNDINGS)('%s: finds power-of-two scales unless ties forbid it', (mode) => {
    for (const [a, lo] of [
      ['1/8', -128],
      ['-1/8', -128],
      ['3/16', 0],
      ['1/4', 0],
    ] as const) {
      const steps: ScalarSteps = [
        { kind: 'affine', a: [a], b: ['1/2'] },
        { kind: 'round', mode, lo, hi: 127 },
      ];
      const method = compare(steps, [{ lo: -300, hi: 400 }], 'requantise');
      const oneSided = lo === 0;
      const floors = mode === 'FLOOR' || mode === 'CEIL';
      if (floors || (oneSided && mode !== 'ROUND')) expect(method).toBe('requantise');
      if (mode === 'ROUND' && a !== '3/16') expect(method).toBeUndefined();
    }
  });

  it('takes the smallest shift: with the next smaller one no multiplier and addend fits', () => {
    const xs = integers({ lo: -10, hi: 10 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 21, max: 60 }),
        fc.integer({ min: -30, max: 30 }),
        (n, d, b) => {
          const steps: ScalarSteps = [
            { kind: 'affine', a: [`${n}/${d}`], b: [`${b}/${d}`] },
            { kind: 'round', mode: 'ROUND', lo: -3, hi: 4 },
          ];
          const choice = choose(subject(steps, [{ lo: -10, hi: 10 }], 1), 'requantise');
          if (typeof choice === 'string' || choice.form.method !== 'requantise') return;
          const { shift, lo, hi } = choice.form.form;
          if (shift === 0 || shift > 4) return;
          const truth = xs.map((x) => oracle(steps, 0, x));
          expect(anyLine(xs, truth, { scale: 2 ** (shift - 1), lo, hi })).toBe(false);
          expect(anyLine(xs, truth, { scale: 2 ** shift, lo, hi })).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** Tries every slope up to one level per input and every offset that keeps the line near the levels. */
function anyLine(xs: readonly number[], ys: readonly number[], r: { scale: number; lo: number; hi: number }): boolean {
  const { scale, lo, hi } = r;
  const fits = (m: number, add: number): boolean =>
    xs.every((x, i) => Math.min(Math.max(Math.floor((x * m + add) / scale), lo), hi) === ys[i]);
  for (let m = 0; m <= scale; m++) {
    for (let add = -18 * scale; add <= 18 * scale; add++) if (fits(m, add)) return true;
  }
  return false;
}
