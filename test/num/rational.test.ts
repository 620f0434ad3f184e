import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  ceil,
  compare,
  div,
  equals,
  floor,
  format,
  fromNumber,
  mul,
  neg,
  parse,
  type Rational,
  rational,
  sub,
  toNumber,
} from '../../src/num/rational.ts';

const integer = fc.bigInt({ min: -(10n ** 60n), max: 10n ** 60n });
const positive = fc.bigInt({ min: 1n, max: 10n ** 60n });
const any: fc.Arbitrary<Rational> = fc.tuple(integer, positive).map(([n, d]) => rational(n, d));
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

const distance = (a: Rational, b: Rational): Rational => {
  const d = sub(a, b);
  return d.num < 0n ? neg(d) : d;
};

/** The doubles next to a finite one. */
function neighbours(v: number): number[] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(v));
  const bits = view.getBigUint64(0);
  const around = [bits + 1n, bits === 0n ? 1n : bits - 1n].map((b) => {
    view.setBigUint64(0, b);
    return view.getFloat64(0);
  });
  return around.map((x) => (v < 0 ? -x : x)).filter(Number.isFinite);
}

describe('rationals', () => {
  it('are in lowest terms with a positive denominator', () => {
    fc.assert(
      fc.property(integer, positive, positive, (n, d, k) => {
        expect(rational(n * k, d * k)).toEqual(rational(n, d));
        expect(rational(n, -d)).toEqual(rational(-n, d));
        expect(rational(n, d).den > 0n).toBe(true);
      }),
    );
    expect(() => rational(1n, 0n)).toThrow(RangeError);
  });

  it('compute like fractions', () => {
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        expect(mul(a, add(b, c))).toEqual(add(mul(a, b), mul(a, c)));
        expect(sub(add(a, b), b)).toEqual(a);
        if (b.num !== 0n) expect(mul(div(a, b), b)).toEqual(a);
        expect(Math.sign(Number(a.num * b.den - b.num * a.den))).toBe(compare(a, b));
        expect(equals(a, b)).toBe(compare(a, b) === 0);
      }),
    );
  });

  it('floor and ceil enclose', () => {
    fc.assert(
      fc.property(any, (a) => {
        const [f, c] = [floor(a), ceil(a)];
        expect(compare(rational(f), a) <= 0 && compare(a, rational(f + 1n)) < 0).toBe(true);
        expect(c).toBe(a.den === 1n ? f : f + 1n);
      }),
    );
  });

  it('every double comes back from its exact value', () => {
    fc.assert(
      fc.property(finite, (v) => {
        expect(toNumber(fromNumber(v))).toBe(v + 0);
      }),
      { numRuns: 1000 },
    );
    for (const v of [5e-324, -5e-324, 2 ** -1022, 1.5e-310, Number.MAX_VALUE, 2 ** -1074 * 3, 1e-307]) {
      expect(toNumber(fromNumber(v))).toBe(v);
    }
  });

  it('toNumber is the nearest double', () => {
    fc.assert(
      fc.property(any, (a) => {
        const v = toNumber(a);
        const error = distance(fromNumber(v), a);
        for (const n of neighbours(v)) expect(compare(error, distance(fromNumber(n), a)) <= 0).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('toNumber sees what lies far behind a tie', () => {
    const tie = rational((1n << 53n) + 1n, 1n << 53n);
    expect(toNumber(tie)).toBe(1);
    expect(toNumber(add(tie, rational(1n, 1n << 300n)))).toBe(1 + 2 ** -52);
  });

  it('format and parse are inverse', () => {
    fc.assert(
      fc.property(any, (a) => {
        expect(parse(format(a))).toEqual(a);
      }),
    );
    for (const text of ['', '1/0', '1/-2', '1.5', '+1', ' 1', '1/', '/2', '1/02']) {
      expect(parse(text), text).toBeUndefined();
    }
  });
});
