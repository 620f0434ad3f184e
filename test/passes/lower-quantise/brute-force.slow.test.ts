import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bounds } from '../../../src/ir/op.ts';
import { elemRange, type Interval } from '../../../src/num/elem.ts';
import type { ScalarSteps } from '../../../src/num/scalar.ts';
import { choose, QUANTISE_METHODS, type QuantiseMethod } from '../../../src/passes/lower-quantise/choose.ts';
import { chain, dyadic, integerChain, interval, plain } from '../../num/scalar/arbitrary.ts';
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
    const steps = fc.oneof(chain(1), chain(CHANNELS), plain(1), plain(CHANNELS), dyadic(CHANNELS), integerChain);
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
