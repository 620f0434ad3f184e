import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bipolar,
  bitLength,
  contains,
  type ElemType,
  elemFor,
  elemName,
  elemRange,
  fromBits,
  int,
  parseElem,
  toBits,
  uint,
} from '../../src/num/elem.ts';

const elem: fc.Arbitrary<ElemType> = fc.oneof(
  fc.integer({ min: 1, max: 53 }).map(int),
  fc.integer({ min: 1, max: 53 }).map(uint),
  fc.constant(bipolar),
);

describe('element types', () => {
  it('have names that parse back', () => {
    fc.assert(
      fc.property(elem, (e) => {
        expect(parseElem(elemName(e))).toEqual(e);
      }),
    );
  });

  it('parse from nothing else', () => {
    for (const text of ['', 'i', 'i0', 'u54', 'b2', 'i08', 'I8', ' i8', 'i8 ', 'x8', 'i100']) {
      expect(parseElem(text), text).toBeUndefined();
    }
  });

  it('write values as the bits of two’s complement', () => {
    fc.assert(
      fc.property(elem, fc.double({ min: 0, max: 1, noNaN: true }), (e, f) => {
        const { lo, hi } = elemRange(e);
        const v = e === bipolar ? (f < 0.5 ? -1 : 1) : Math.min(hi, lo + Math.floor(f * (hi - lo + 1)));
        const bits = toBits(e, v);
        if (e.kind !== 'bipolar') expect(BigInt(bits)).toBe(BigInt.asUintN(e.bits, BigInt(v)));
        expect(fromBits(e, bits)).toBe(v);
      }),
    );
  });

  it('elemFor is the narrowest that holds the interval', () => {
    const bound = fc.integer({ min: -(2 ** 52), max: 2 ** 52 - 1 });
    fc.assert(
      fc.property(bound, bound, (a, b) => {
        const interval = { lo: Math.min(a, b), hi: Math.max(a, b) };
        const e = elemFor(interval);
        expect(contains(elemRange(e), interval)).toBe(true);
        expect(e.kind).toBe(interval.lo < 0 ? 'int' : 'uint');
        if (e.bits > 1) expect(contains(elemRange({ ...e, bits: e.bits - 1 }), interval)).toBe(false);
      }),
    );
  });

  it('bitLength counts binary digits, also next to powers of two', () => {
    for (let k = 1; k <= 53; k++) {
      for (const v of [2 ** k - 1, 2 ** (k - 1)]) expect(bitLength(v), `${v}`).toBe(BigInt(v).toString(2).length);
    }
    expect(bitLength(0)).toBe(0);
  });
});
