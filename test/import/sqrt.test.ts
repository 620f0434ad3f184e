import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inverseSqrt } from '../../src/import/onnx/sqrt.ts';
import { compare, div, fromNumber, mul, ONE, rational, sub, ZERO } from '../../src/num/rational.ts';

const part = fc.bigInt({ min: 1n, max: 10n ** 40n });

describe('inverseSqrt', () => {
  it('is exact where the root is rational', () => {
    fc.assert(
      fc.property(part, part, (n, d) => {
        const root = rational(n, d);
        expect(inverseSqrt(mul(root, root))).toEqual(div(ONE, root));
      }),
    );
  });

  it('is otherwise right to 2^-250', () => {
    const tiny = rational(1n, 1n << 250n);
    const real = fc.double({ min: 1e-300, max: 1e300, noNaN: true }).map(fromNumber);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.tuple(part, part).map(([n, d]) => rational(n, d)),
          real,
        ),
        (x) => {
          const y = inverseSqrt(x);
          // x·y² = 1, from below.
          const error = sub(ONE, mul(x, mul(y, y)));
          expect(compare(error, ZERO) >= 0 && compare(error, tiny) < 0).toBe(true);
        },
      ),
    );
  });

  it('refuses what has no root', () => {
    for (const n of [0n, -1n]) expect(() => inverseSqrt(rational(n))).toThrow();
  });
});
