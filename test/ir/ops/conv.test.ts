import { describe, expect, it } from 'vitest';
import type { Const, ValueType } from '../../../src/ir/graph.ts';
import type { OpContext } from '../../../src/ir/op.ts';
import { boundsAt, hull } from '../../../src/ir/op.ts';
import { type ConvAttrs, conv } from '../../../src/ir/ops/conv/op.ts';
import { maxpool } from '../../../src/ir/ops/maxpool/op.ts';
import type { PoolAttrs } from '../../../src/ir/ops/maxpool/pool.ts';
import { sumpool } from '../../../src/ir/ops/sumpool/op.ts';
import { contains, elemFor, elemRange, int, uint } from '../../../src/num/elem.ts';
import { numel } from '../../../src/num/tensor.ts';
import { type Rng, rng } from '../../conformance/case.ts';

/** Calls `visit` for every tap of every window: `at` is the pixel's index in the image, or −1 on padding. */
function taps(
  a: PoolAttrs,
  h: number,
  w: number,
  out: readonly number[],
  visit: (o: number, k: number, at: number) => void,
): void {
  for (let r = 0; r < (out[0] ?? 0); r++) {
    for (let c = 0; c < (out[1] ?? 0); c++) {
      for (let i = 0; i < a.kernel[0]; i++) {
        for (let j = 0; j < a.kernel[1]; j++) {
          const y = r * a.stride[0] + i * a.dilation[0] - a.pads[0];
          const x = c * a.stride[1] + j * a.dilation[1] - a.pads[1];
          const seen = y >= 0 && y < h && x >= 0 && x < w;
          visit(r * (out[1] ?? 0) + c, i * a.kernel[1] + j, seen ? y * w + x : -1);
        }
      }
    }
  }
}

function sliding(r: Rng): PoolAttrs {
  const padded = r.chance(0.6);
  const pad = (): number => (padded ? r.int(0, 2) : 0);
  return {
    kernel: [r.int(1, 3), r.int(1, 4)],
    stride: [r.int(1, 3), r.int(1, 4)],
    dilation: [r.int(1, 2), r.int(1, 2)],
    pads: [pad(), pad(), pad(), pad()],
    padValue: r.int(-9, 9),
  };
}

const values = (r: Rng, n: number, lo: number, hi: number): Int32Array =>
  Int32Array.from({ length: n }, () => r.int(lo, hi));

const unpadded = (a: PoolAttrs): boolean => a.pads.every((p) => p === 0);

describe('convolution', () => {
  it('equals its definition, and its bounds hold its worst-case inputs, tightly without padding', () => {
    let tried = 0;
    for (let seed = 0; tried < 60; seed++) {
      const r = rng(seed);
      const groups = r.pick([1, 1, 2, 3]);
      const cg = r.int(1, 3);
      const rows = groups * r.int(1, 3);
      const attrs: ConvAttrs = { ...sliding(r), groups };
      const [h, w, c] = [r.int(1, 5), r.int(1, 5), groups * cg];
      const elem = r.pick([int(4), uint(3), int(8)]);
      const k = attrs.kernel[0] * attrs.kernel[1];
      const weight: Const = { shape: [rows, ...attrs.kernel, cg], elem: int(4), data: values(r, rows * k * cg, -8, 7) };
      const ctx: OpContext<ConvAttrs> = { attrs, inputs: [{ shape: [h, w, c], elem }], consts: { weight } };
      if (conv.check(ctx).length > 0) continue;
      tried++;
      const range = elemRange(elem);
      const x = values(r, h * w * c, range.lo, range.hi);
      const shape = conv.shapes(ctx)[0] ?? [];
      const expected = new Int32Array(numel(shape));
      const lo = new Int32Array(numel(shape));
      const hi = new Int32Array(numel(shape));
      taps(attrs, h, w, shape, (o, t, at) => {
        for (let m = 0; m < rows; m++) {
          const g = Math.floor(m / (rows / groups));
          for (let i = 0; i < cg; i++) {
            const v = weight.data[(m * k + t) * cg + i] as number;
            const put = (into: Int32Array, data: number): void => {
              into[o * rows + m] = (into[o * rows + m] as number) + v * (at < 0 ? attrs.padValue : data);
            };
            put(expected, x[at * c + g * cg + i] as number);
            put(lo, v > 0 ? range.lo : range.hi);
            put(hi, v > 0 ? range.hi : range.lo);
          }
        }
      });
      const bounds = conv.bounds(ctx, [[range]])[0] ?? [];
      const type: ValueType = { shape, elem: elemFor(hull(bounds)) };
      const [y] = conv.reference(ctx, [{ shape: [h, w, c], data: x }], [type]);
      expect([...(y?.data ?? [])], `seed ${seed}`).toEqual([...expected]);
      for (let m = 0; m < rows; m++) {
        const channel = (a: Int32Array): number[] => [...a.filter((_, i) => i % rows === m)];
        const worst = { lo: Math.min(...channel(lo)), hi: Math.max(...channel(hi)) };
        expect(contains(boundsAt(bounds, m), worst), `seed ${seed}`).toBe(true);
        if (unpadded(attrs)) expect(boundsAt(bounds, m), `seed ${seed}`).toEqual(worst);
      }
    }
  });
});

describe('pooling', () => {
  it.each([
    { op: maxpool, join: Math.max, start: Number.NEGATIVE_INFINITY },
    { op: sumpool, join: (a: number, b: number) => a + b, start: 0 },
  ])(
    '$op.kind equals its definition, and its bounds hold its extreme inputs, tightly without padding',
    ({ op, join, start }) => {
      let tried = 0;
      for (let seed = 0; tried < 60; seed++) {
        const r = rng(seed);
        const attrs = sliding(r);
        const [h, w, c] = [r.int(1, 5), r.int(1, 5), r.int(1, 3)];
        const elem = r.pick([int(4), uint(3)]);
        const ctx: OpContext<PoolAttrs> = { attrs, inputs: [{ shape: [h, w, c], elem }], consts: {} };
        if (op.check(ctx).length > 0) continue;
        tried++;
        const { lo, hi } = elemRange(elem);
        const shape = op.shapes(ctx)[0] ?? [];
        const run = (x: Int32Array): number[] => {
          const y = new Array<number>(numel(shape)).fill(start);
          taps(attrs, h, w, shape, (o, _t, at) => {
            for (let i = 0; i < c; i++) {
              const v = at < 0 ? attrs.padValue : (x[at * c + i] as number);
              y[o * c + i] = join(y[o * c + i] as number, v);
            }
          });
          return y;
        };
        const bounds = hull(op.bounds(ctx, [[{ lo, hi }]])[0] ?? []);
        const x = values(r, h * w * c, lo, hi);
        const [y] = op.reference(ctx, [{ shape: [h, w, c], data: x }], [{ shape, elem: elemFor(bounds) }]);
        expect([...(y?.data ?? [])], `seed ${seed}`).toEqual(run(x));
        const extreme = (v: number): number[] => run(new Int32Array(x.length).fill(v));
        const worst = { lo: Math.min(...extreme(lo)), hi: Math.max(...extreme(hi)) };
        expect(contains(bounds, worst), `seed ${seed}`).toBe(true);
        if (unpadded(attrs)) expect(bounds, `seed ${seed}`).toEqual(worst);
      }
    },
  );
});
