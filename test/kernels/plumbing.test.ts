/** Streams that are moved, joined and permuted: against the definitions written out plainly. */
import { describe, expect, it } from 'vitest';
import type { Node, ValueType } from '../../src/ir/graph.ts';
import { add } from '../../src/ir/ops/add/op.ts';
import { concat } from '../../src/ir/ops/concat/op.ts';
import { reorder } from '../../src/ir/ops/reorder/op.ts';
import { sourceIndices } from '../../src/ir/ops/reorder/permute.ts';
import { reshape } from '../../src/ir/ops/reshape/op.ts';
import { concat as concatKernel } from '../../src/kernels/concat/kernel.ts';
import { dwc } from '../../src/kernels/dwc/kernel.ts';
import { fifo } from '../../src/kernels/fifo/kernel.ts';
import { reorder as reorderKernel } from '../../src/kernels/reorder/kernel.ts';
import { int } from '../../src/num/elem.ts';
import { numel } from '../../src/num/tensor.ts';
import { rng } from '../conformance/case.ts';

const ramp = (n: number, from = 0): Int32Array => Int32Array.from({ length: n }, (_, i) => from + i);
const type = (...shape: number[]): ValueType => ({ shape, elem: int(16) });
const nodeOf = (op: string, attrs: Node['attrs']): Node => ({
  name: 'n',
  op,
  attrs,
  inputs: [],
  consts: {},
  outputs: [],
  origin: [],
});

describe('reorder', () => {
  it('transposes: axis i of the result is axis perm[i] of the frame', () => {
    const r = rng(3);
    for (let round = 0; round < 100; round++) {
      const shape = Array.from({ length: r.int(1, 5) }, () => r.int(1, 4));
      const rest = shape.map((_, i) => i);
      const perm: number[] = [];
      while (rest.length > 0) perm.push(...rest.splice(r.int(0, rest.length - 1), 1));
      const got = sourceIndices({ shape, perm });
      for (let i = 0; i < numel(shape); i++) {
        // Output coordinates of i, then the flat index of the same element in the input.
        let rem = i;
        const at = new Array<number>(shape.length).fill(0);
        for (const axis of [...perm].reverse()) {
          at[axis] = rem % (shape[axis] as number);
          rem = Math.floor(rem / (shape[axis] as number));
        }
        expect(got[i]).toBe(at.reduce((flat, c, axis) => flat * (shape[axis] as number) + c, 0));
      }
    }
  });

  it('is one meaning: the kernel moves what the tensor op moves', () => {
    const attrs = { shape: [2, 3, 4], perm: [2, 0, 1] };
    const [whole] = reorder.reference(
      { attrs, inputs: [type(6, 4)], consts: {} },
      [{ shape: [6, 4], data: ramp(24) }],
      [],
    );
    const lowered = { ...attrs, ...reorderKernel.implements?.attrs(nodeOf('reorder', attrs), [], []) } as never;
    const [flat] = reorderKernel.reference(
      { attrs: lowered, inputs: [type(24)], consts: {} },
      [{ shape: [24], data: ramp(24) }],
      [],
    );
    expect(whole?.shape).toEqual([4, 2, 3]);
    expect([...(flat?.data ?? [])]).toEqual([...(whole?.data ?? [])]);
  });
});

describe('concat', () => {
  it('joins along the last axis, as tensor and as stream', () => {
    const [a, b] = [
      { shape: [2, 2], data: ramp(4) },
      { shape: [2, 3], data: ramp(6, 10) },
    ];
    const joined = [0, 1, 10, 11, 12, 2, 3, 13, 14, 15];
    const [whole] = concat.reference({ attrs: {}, inputs: [type(2, 2), type(2, 3)], consts: {} }, [a, b], []);
    expect(whole?.shape).toEqual([2, 5]);
    expect([...(whole?.data ?? [])]).toEqual(joined);
    const attrs = concatKernel.implements?.attrs(nodeOf('concat', {}), [type(2, 2), type(2, 3)], []);
    expect(attrs).toEqual({ channelsA: 2, channelsB: 3, pixels: 2, PE: 1 });
    const [flat] = concatKernel.reference(
      { attrs: attrs as never, inputs: [type(4), type(6)], consts: {} },
      [a, b],
      [],
    );
    expect([...(flat?.data ?? [])]).toEqual(joined);
  });

  it('keeps the bounds of each operand to its own channels', () => {
    const ctx = { attrs: {}, inputs: [type(4, 1), type(4, 2)], consts: {} };
    expect(
      concat.bounds(ctx, [
        [{ lo: 0, hi: 1 }],
        [
          { lo: -5, hi: 5 },
          { lo: 2, hi: 3 },
        ],
      ]),
    ).toEqual([
      [
        { lo: 0, hi: 1 },
        { lo: -5, hi: 5 },
        { lo: 2, hi: 3 },
      ],
    ]);
  });
});

it('add has the bounds of independent operands, whatever the signs of the weights', () => {
  const ctx = { attrs: { mulA: -2, mulB: 3, offset: 1 }, inputs: [type(2), type(2)], consts: {} };
  const [bounds] = add.bounds(ctx, [
    [{ lo: -1, hi: 4 }],
    [
      { lo: 0, hi: 2 },
      { lo: -3, hi: -1 },
    ],
  ]);
  expect(bounds).toEqual([
    { lo: -7, hi: 9 },
    { lo: -16, hi: 0 },
  ]);
});

it('reshape keeps the bounds of channels that repeat in the new last axis', () => {
  const x = [
    { lo: 0, hi: 1 },
    { lo: 2, hi: 3 },
  ];
  const to = (...shape: number[]) => reshape.bounds({ attrs: { shape }, inputs: [type(3, 2)], consts: {} }, [x])[0];
  expect(to(6)).toEqual([...x, ...x, ...x]);
  expect(to(2, 3)).toEqual([{ lo: 0, hi: 3 }]);
});

describe('width converters and FIFOs', () => {
  it('never leave a partial word', () => {
    const of = (elements: number, from: number, to: number) =>
      dwc.check({ attrs: { from, to }, inputs: [{ shape: [elements], elem: int(4), lanes: from }], consts: {} });
    expect(of(24, 2, 6)).toEqual([]);
    expect(of(20, 2, 6)).toEqual(['a frame of 20 elements is not whole beats of 6 lanes']);
    expect(of(12, 2, 3)).toEqual(['2 and 3 lanes are in no integer ratio']);
  });

  it('hold exactly as many beats as their depth', () => {
    for (const depth of [1, 2, 5]) {
      const inputs = [{ shape: [8], elem: int(4), lanes: 1 }];
      const model = fifo.cycles({ attrs: { depth }, inputs, outputs: inputs, consts: {}, name: 'f' });
      model.reset();
      const taken = Array.from({ length: depth + 3 }, () => model.step(1, 0));
      expect(taken.filter((t) => t === 1).length).toBe(depth);
      expect(model.step(0, 1)).toBe(1 << 16);
    }
  });
});
