import { describe, expect, it } from 'vitest';
import type { Design } from '../../../src/ir/op.ts';
import { designNorm } from '../../../src/ir/ops/layernorm/norm.ts';
import { type LayernormAttrs, layernorm } from '../../../src/ir/ops/layernorm/op.ts';
import { designRoot, inverseRoot, rootError, rootOf, rootTable } from '../../../src/ir/ops/layernorm/root.ts';
import { type ElemType, int, uint } from '../../../src/num/elem.ts';
import { measure } from '../../../src/passes/approximate.ts';

describe('a reciprocal root', () => {
  it('keeps to its stated bound at every argument', () => {
    for (const bound of [1e-2, 1e-3, 1e-4]) {
      const f = designRoot(bound);
      const table = rootTable(f);
      const stated = rootError(f, table);
      expect(stated).toBeLessThanOrEqual(bound);
      let worst = 0;
      for (let q = 2 ** (f.argument - 2); q < 2 ** f.argument; q++) {
        const root = rootOf(q, f, table) / 2 ** f.result;
        // q stands for everything up to the next one.
        for (const w of [q, q + 1]) worst = Math.max(worst, Math.abs(root * Math.sqrt(w / 2 ** (f.argument - 2)) - 1));
      }
      expect(worst).toBeLessThanOrEqual(stated);
    }
  });

  it('is right from 1 to beyond what a double holds', () => {
    const f = designRoot(1e-5);
    const table = rootTable(f);
    for (const w of [1n, 2n, 3n, 4n, 255n, 256n, (1n << 61n) - 1n, 3n << 80n]) {
      const { r, e } = inverseRoot(w, f, table);
      expect(Math.abs((r / 2 ** (f.result + e)) * Math.sqrt(Number(w)) - 1)).toBeLessThan(1e-5);
    }
  });
});

const errorOf = (attrs: LayernormAttrs, C: number, elem: ElemType, lsb: number) => {
  const ctx = { attrs, inputs: [{ shape: [4, C], elem }], consts: {} };
  const design = layernorm.design?.(ctx, { lsb }) as Design;
  expect(layernorm.check({ ...ctx, attrs: design.attrs as LayernormAttrs, consts: design.consts })).toEqual([]);
  return measure(layernorm as never, ctx, design, [{ shape: [4, C], elem: int(32) }]);
};

describe('the design of a layer normalisation', () => {
  it.each([
    [192, int(8), true],
    [192, int(16), true],
    [64, uint(8), true],
    [48, int(12), false],
    [5, int(4), true],
    [1, int(8), true],
    [2, int(3), false],
  ] as const)('rows of %i elements: within the bound', (C, elem, center) => {
    for (const [lsb, epsilon, scale] of [
      [0.5, 1e-5, 2 ** -6],
      [0.1, 0, 1],
      [2, 1e-3, 0.037],
    ] as const) {
      const { largest, points } = errorOf({ scale, fraction: 8, epsilon, center }, C, elem, lsb);
      expect(points).toBeGreaterThanOrEqual(100 * C);
      expect(largest).toBeLessThanOrEqual(Math.ceil(lsb));
    }
  });

  it('does not lose a small spread far from zero, whatever the mean', () => {
    // Differences of one unit around 30000: squares agree in their first nine digits.
    const attrs: LayernormAttrs = { scale: 2 ** -15, fraction: 10, epsilon: 0, center: true };
    const ctx = { attrs, inputs: [{ shape: [1, 6], elem: int(16) }], consts: {} };
    const design = layernorm.design?.(ctx, { lsb: 0.25 }) as Design;
    const of = (mean: number) => {
      const x = { shape: [1, 6], data: Int32Array.of(1, -1, 0, 2, 0, -2).map((v) => v + mean) };
      const full = { ...ctx, attrs: design.attrs as LayernormAttrs, consts: design.consts };
      return [...(layernorm.reference(full, [x], [{ shape: [1, 6], elem: int(16) }])[0]?.data ?? [])];
    };
    // Variance 10/6: 1024 / √(10/6) = 793.2.
    expect(of(0)).toEqual([793, -793, 0, 1586, 0, -1586]);
    expect(of(30000)).toEqual(of(0));
    expect(of(-32000)).toEqual(of(0));
  });

  it('says where no root is exact enough', () => {
    expect(
      designNorm({ C: 4, scale: 1, epsilon: 0, fraction: 24, center: true, limit: 2 ** 25 }, 1e-3),
    ).toBeUndefined();
    const attrs: LayernormAttrs = { scale: 1, fraction: 24, epsilon: 0, center: true };
    const ctx = { attrs, inputs: [{ shape: [4], elem: int(8) }], consts: {} };
    expect(layernorm.design?.(ctx, { lsb: 1e-3 })).toMatch(/^a root of 26 bits/);
  });
});
