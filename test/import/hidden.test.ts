/** One requantisation for all channels, dyadic or not, equals its function at every integer of its range. */
import { describe, expect, it } from 'vitest';
import { requantisationOf } from '../../src/import/onnx/hidden.ts';
import { rational } from '../../src/num/rational.ts';
import { type Rounding, roundNumber } from '../../src/num/rounding.ts';
import type { ScalarSteps } from '../../src/num/scalar.ts';
import { shiftRight } from '../../src/num/shift.ts';

const RANGE = { lo: -3000, hi: 2999 };

const steps = (a: readonly string[], b: readonly string[], mode: Rounding): ScalarSteps => [
  { kind: 'affine', a, b },
  { kind: 'round', mode, lo: -128, hi: 127 },
];

const value = (text: string): number => {
  const [num = '0', den = '1'] = text.split('/');
  const { num: n, den: d } = rational(BigInt(num), BigInt(den));
  return Number(n) / Number(d);
};

describe.each([
  ['dyadic, all ties to even', ['1/64'], ['0', '3', '-1/2'], ['ROUND', 'FLOOR', 'CEIL']],
  ['dyadic, ties in some channels alone', ['1/32'], ['1/2', '1/3', '-7/5'], ['ROUND', 'FLOOR', 'CEIL']],
  ['thirds and the like', ['1/37', '3/128', '22/1001'], ['1/3', '-2/7', '0'], ['ROUND']],
])('%s', (_name, a, b, modes) => {
  it.each(modes as Rounding[])('%s', (mode) => {
    const f = requantisationOf(steps(a.length === 1 ? a : [...a], b, mode), [RANGE, RANGE, RANGE]);
    if (typeof f === 'string') throw new Error(f);
    for (let c = 0; c < 3; c++) {
      const [gain, shift] = [value(a[a.length === 1 ? 0 : c] ?? '1'), value(b[c] ?? '0')];
      for (let x = RANGE.lo; x <= RANGE.hi; x++) {
        const want = Math.min(127, Math.max(-128, roundNumber(gain * x + shift, mode)));
        const sum = x * (f.mul[c] as number) + (f.add[c] as number);
        const got = Math.min(f.hi, Math.max(f.lo, shiftRight(sum, f.shift, f.ties)));
        if (got !== want) expect({ c, x, got }).toEqual({ c, x, got: want });
      }
    }
  });
});

it('what falls, has no bounds, or rounds half away from zero on both sides of it, is refused', () => {
  expect(requantisationOf(steps(['-1/2'], ['0'], 'ROUND'), [RANGE])).toBe('it is no rounding of a rising line');
  expect(requantisationOf([{ kind: 'affine', a: ['1'], b: ['0'] }], [RANGE])).toBe('it has no bounds');
  const away = requantisationOf(steps(['1/2'], ['0'], 'HALF_UP'), [RANGE]);
  expect(away).toBe('no multiplier of 52 bits gives its integers');
});
