import { describe, expect, it } from 'vitest';
import { largestCode, magnitudes, RANGES, stepOf, thinned } from '../../src/quantise/ranges.ts';

const signed = { bits: 3, signed: true };

describe('steps of quantisers', () => {
  it('count codes on both sides of zero, or on one', () => {
    expect(largestCode(signed)).toBe(3);
    expect(largestCode({ bits: 3, signed: false })).toBe(7);
  });

  it('represent the largest magnitude by minmax', () => {
    expect(stepOf(magnitudes(Float64Array.of(-6, 1, 2)), signed, 'minmax')).toBe(2);
  });

  it('leave one in ten thousand out by percentile', () => {
    const values = Float64Array.from({ length: 20_000 }, (_, i) => (i === 7 ? 1000 : 3));
    expect(stepOf(magnitudes(values), signed, 'minmax')).toBe(1000 / 3);
    expect(stepOf(magnitudes(values), signed, 'percentile')).toBe(1);
  });

  it('clip an outlier by mse only where that lowers the squared error', () => {
    // Codes 0, 1, 2, 3 hit 1, 2 and 3 exactly; an outlier of 3.3 costs 0.09 clipped, and all others where it is not.
    const many = Float64Array.from({ length: 300 }, (_, i) => 1 + (i % 3));
    const values = magnitudes(Float64Array.of(...many, 3.3));
    expect(stepOf(values, signed, 'mse')).toBeCloseTo(1, 1);
    expect(stepOf(magnitudes(Float64Array.of(...many, -3)), signed, 'mse')).toBe(1);
  });

  it.each(RANGES)('%s takes whole numbers that fit as their own codes', (method) => {
    expect(stepOf(magnitudes(Float64Array.of(0, 1, -2)), signed, method)).toBe(1);
    expect(stepOf(magnitudes(Float64Array.of(0, 1, 200)), { bits: 8, signed: false }, method)).toBe(1);
  });

  it.each(RANGES)('%s gives a step of 1 where all is zero', (method) => {
    expect(stepOf(new Float64Array(5), signed, method)).toBe(1);
  });

  it('thin by keeping both ends', () => {
    expect([
      ...thinned(
        Float64Array.from({ length: 101 }, (_, i) => i),
        3,
      ),
    ]).toEqual([0, 50, 100]);
  });
});
