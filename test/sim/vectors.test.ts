import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ValueType } from '../../src/ir/graph.ts';
import { bipolar, type ElemType, elemRange, int, uint } from '../../src/num/elem.ts';
import { compareStreams, describeMismatch } from '../../src/sim/compare.ts';
import { packBeats, unpackBeats } from '../../src/sim/vectors.ts';

const elems: fc.Arbitrary<ElemType> = fc.oneof(
  fc.constant(bipolar),
  fc.integer({ min: 1, max: 53 }).map(int),
  fc.integer({ min: 1, max: 52 }).map(uint),
);

it('unpacks what it packed, whatever the type and the lanes', () => {
  const cases = fc.record({
    elem: elems,
    lanes: fc.integer({ min: 1, max: 7 }),
    beats: fc.integer({ min: 0, max: 4 }),
  });
  fc.assert(
    fc.property(cases, fc.infiniteStream(fc.nat(1000)), ({ elem, lanes, beats }, random) => {
      const { lo, hi } = elemRange(elem);
      const values = Array.from({ length: lanes * beats }, () => {
        const r = (random.next().value ?? 0) / 1000;
        return elem.kind === 'bipolar' ? (r < 0.5 ? -1 : 1) : lo + Math.floor(r * (hi - lo));
      });
      const type: ValueType = { shape: [values.length], elem, lanes };
      const width = 8 * Math.ceil((lanes * elem.bits) / 8);
      expect([...unpackBeats(packBeats(values, type, width), type, width)]).toEqual(values);
    }),
  );
});

it('puts lane 0 in the least significant bits, without gaps, bytes little-endian', () => {
  const type: ValueType = { shape: [6], elem: int(5), lanes: 3 };
  // Lanes 1, −1, 2 of five bits: 00010 11111 00001.
  expect([...packBeats([1, -1, 2, 0, 0, -16], type, 16)]).toEqual([0b11100001, 0b00001011, 0, 0b01000000]);
});

it('counts differences, missing and surplus elements, and names the first', () => {
  const c = compareStreams(Int32Array.of(1, 2, 3, 4), Int32Array.of(1, 2, 5), 2);
  expect(describeMismatch(c)).toBe('frame 1, element 0: expected 3, got 5 (2 differ)');
  expect(compareStreams(Int32Array.of(1), Int32Array.of(1, 2), 1).mismatches).toBe(1);
  expect(describeMismatch(compareStreams(Int32Array.of(7), Int32Array.of(7), 1))).toBeUndefined();
});
