/** Gate, route and experts against plain loops, straight from their definitions. */
import { describe, expect, it } from 'vitest';
import { constant } from '../../../src/ir/builder.ts';
import type { Const, ValueType } from '../../../src/ir/graph.ts';
import { experts } from '../../../src/ir/ops/experts/op.ts';
import { gate } from '../../../src/ir/ops/gate/op.ts';
import { largest } from '../../../src/ir/ops/route/choose.ts';
import { type RouteAttrs, route } from '../../../src/ir/ops/route/op.ts';
import { int, uint } from '../../../src/num/elem.ts';
import { numel, tensor } from '../../../src/num/tensor.ts';
import { type Rng, rng } from '../../conformance/case.ts';

const random = (r: Rng, n: number, lo: number, hi: number): Int32Array =>
  Int32Array.from({ length: n }, () => r.int(lo, hi));
const weights = (r: Rng, shape: readonly number[]): Const => constant(shape, random(r, numel(shape), -8, 7));
const wide = (shape: readonly number[]): ValueType => ({ shape, elem: int(40) });

describe('gate', () => {
  it("multiplies by the weights of the frame's task, the last one where the task is beyond it", () => {
    const r = rng(1);
    const weight = weights(r, [3, 4, 5]);
    const x = tensor([2, 5], random(r, 10, -9, 9));
    for (const task of [0, 1, 2, 3]) {
      const ctx = { attrs: {}, inputs: [wide([2, 5]), { shape: [1], elem: uint(2) }], consts: { weight } };
      expect(gate.check(ctx)).toEqual([]);
      const [y] = gate.reference(ctx, [x, tensor([1], Int32Array.of(task))], [wide([2, 4])]);
      const bank = Math.min(task, 2);
      const want = Array.from({ length: 8 }, (_, i) => {
        let sum = 0;
        for (let d = 0; d < 5; d++)
          sum += (weight.data[(bank * 4 + (i % 4)) * 5 + d] as number) * (x.data[Math.floor(i / 4) * 5 + d] as number);
        return sum;
      });
      expect([...(y?.data ?? [])]).toEqual(want);
    }
  });
});

describe('route', () => {
  const attrs = (k: number, renormalise = false): RouteAttrs => ({ k, renormalise, scale: 0.01, fraction: 8 });
  const contextOf = (a: RouteAttrs, experts: number, designed: boolean) => {
    const ideal = { attrs: a, inputs: [{ shape: [experts], elem: int(12) }], consts: {} };
    const design = route.design?.(ideal, { lsb: 0.5 });
    return designed && design && typeof design !== 'string'
      ? { ...ideal, attrs: design.attrs as RouteAttrs, consts: design.consts }
      : ideal;
  };
  const run = (a: RouteAttrs, logits: Int32Array, design: boolean): { expert: number; gate: number }[] => {
    const ctx = contextOf(a, logits.length, design);
    expect(route.check(ctx)).toEqual([]);
    const [y] = route.reference(ctx, [tensor([logits.length], logits)], [{ shape: [a.k], elem: uint(30) }]);
    return [...(y?.data ?? [])].map((code) => ({ expert: code >> 9, gate: code & 511 }));
  };

  it('gives ties to the lower index', () => {
    expect(largest(Int32Array.of(3, 5, 5, 3, 5), 4)).toEqual([1, 2, 4, 0]);
    expect(run(attrs(2), Int32Array.of(7, 7, 7, 7), true)).toEqual([
      { expert: 0, gate: 64 },
      { expert: 1, gate: 64 },
    ]);
  });

  it('gives a gate of exactly one to a single expert', () => {
    expect(run(attrs(1), Int32Array.of(-1234), true)).toEqual([{ expert: 0, gate: 256 }]);
  });

  it('is within the error of its design, over all experts and over the chosen ones', () => {
    const r = rng(5);
    for (let round = 0; round < 2000; round++) {
      const n = r.int(1, 20);
      const a = attrs(r.int(1, n), r.chance(0.5));
      const span = r.pick([3, 50, 500, 2000]);
      const logits = random(r, n, -span, span);
      const [designed, ideal] = [run(a, logits, true), run(a, logits, false)];
      expect(designed.map((c) => c.expert)).toEqual(ideal.map((c) => c.expert));
      designed.forEach((c, j) => {
        // Half a unit of error at most moves the rounded integer by one at most.
        expect(Math.abs(c.gate - (ideal[j]?.gate ?? 0))).toBeLessThanOrEqual(1);
      });
    }
  });
});

describe('experts', () => {
  it('sums gate · expert(x) over the routes; experts beyond the last add nothing', () => {
    const r = rng(9);
    for (let round = 0; round < 40; round++) {
      const [E, D, H, N] = [r.int(1, 5), r.int(1, 6), r.int(1, 6), r.int(1, 5)];
      const k = r.int(1, 3);
      const [lo, hi] = [-6, 9];
      const consts: Record<string, Const> = {
        up: weights(r, [E, H, D]),
        down: weights(r, [E, D, H]),
        mul: weights(r, r.chance(0.5) ? [1, 1] : [E, H]),
        add: weights(r, r.chance(0.5) ? [1, H] : [E, 1]),
        ...(r.chance(0.5) ? { table: weights(r, [hi - lo + 1]) } : {}),
        ...(r.chance(0.5) ? { bias: weights(r, [E, D]) } : {}),
      };
      const attrs = { fraction: 4, shift: 3, ties: 'up' as const, lo, hi };
      const inputs = [
        { shape: [N, D], elem: int(5) },
        { shape: [N, k], elem: uint(8) },
      ];
      const ctx = { attrs, inputs, consts };
      expect(experts.check(ctx)).toEqual([]);
      const x = random(r, N * D, -16, 15);
      const routes = random(r, N * k, 0, 255);
      const at = (c: Const | undefined, e: number, h: number): number => {
        const [rows = 1, columns = 1] = c?.shape ?? [];
        return c?.data[(rows === 1 ? 0 : e * columns) + (columns === 1 ? 0 : h)] as number;
      };
      const want = new Array<number>(N * D).fill(0);
      routes.forEach((code, i) => {
        const [e, g] = [code >> 5, Math.min(code & 31, 16)];
        if (e >= E) return;
        const hidden = Array.from({ length: H }, (_, h) => {
          let sum = 0;
          for (let d = 0; d < D; d++)
            sum += (consts['up']?.data[(e * H + h) * D + d] as number) * (x[Math.floor(i / k) * D + d] as number);
          const scaled = Math.floor((sum * at(consts['mul'], e, h) + at(consts['add'], e, h)) / 8);
          const code = Math.min(Math.max(scaled, lo), hi);
          return consts['table'] ? (consts['table'].data[code - lo] as number) : code;
        });
        for (let d = 0; d < D; d++) {
          let sum = consts['bias'] ? at(consts['bias'], e, d) : 0;
          for (let h = 0; h < H; h++)
            sum += (consts['down']?.data[(e * D + d) * H + h] as number) * (hidden[h] as number);
          want[Math.floor(i / k) * D + d] = (want[Math.floor(i / k) * D + d] as number) + g * sum;
        }
      });
      const [y] = experts.reference(ctx, [tensor([N, D], x), tensor([N, k], routes)], [wide([N, D])]);
      expect([...(y?.data ?? [])]).toEqual(want);
      const [bounds = []] = experts.bounds(ctx, [[{ lo: -16, hi: 15 }], [{ lo: 0, hi: 255 }]]);
      want.forEach((v, i) => {
        const b = bounds[i % D] as { lo: number; hi: number };
        expect(v).toBeGreaterThanOrEqual(b.lo);
        expect(v).toBeLessThanOrEqual(b.hi);
      });
    }
  });
});
