import { Type } from 'typebox';
import { expect, it } from 'vitest';
import { type Design, defineOp } from '../../src/ir/op.ts';
import { int } from '../../src/num/elem.ts';
import { measure } from '../../src/passes/approximate.ts';

/** A square that its design only knows at even numbers. */
const square = defineOp({
  kind: 'square',
  summary: 'x²',
  attrs: Type.Object({ coarse: Type.Boolean() }),
  inputs: 1,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: () => [],
  shapes: ({ inputs: [x] }) => [x?.shape ?? []],
  bounds: () => [[{ lo: 0, hi: 100 }]],
  reference: ({ attrs }, [x]) => [
    { shape: [2], data: Int32Array.from(x?.data ?? [], (v) => (attrs['coarse'] ? v & ~1 : v) ** 2) },
  ],
});

it('measures a design against the ideal op, output by output', () => {
  const type = { shape: [2], elem: int(8) };
  const design: Design = {
    attrs: { coarse: true },
    consts: {},
    note: 'even numbers',
    probes: () =>
      [
        [0, 1],
        [2, 3],
      ].map((v) => [{ shape: [2], data: Int32Array.from(v) }]),
  };
  const ideal = { attrs: { coarse: false }, inputs: [type], consts: {} };
  // 0, 1, 4, 9 against 0, 0, 4, 4.
  expect(measure(square, ideal, design, [type])).toEqual({ largest: 5, mean: 6 / 4, points: 4 });
});
