import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DESIGNS } from '../../bench/calibrate/designs.ts';
import { fitFactors, quality } from '../../bench/calibrate/fit.ts';
import { FABRICS, modelOf } from '../../bench/calibrate/model.ts';
import { page } from '../../bench/calibrate/page.ts';
import { rng } from '../conformance/case.ts';

describe('cost models', () => {
  const models = Object.keys(DESIGNS).flatMap((k) => FABRICS.map((f) => modelOf(k, f)).filter((m) => m !== undefined));

  it('are those of the measurements, and docs/cost.md says how good they are', async () => {
    expect(readFileSync('docs/cost.md', 'utf8')).toBe(page(models));
    for (const m of models) {
      const { CALIBRATION } = await import(`../../src/kernels/${m.kernel}/calibration.ts`);
      expect(CALIBRATION[m.fabric], `${m.kernel} on ${m.fabric}`).toEqual(m.factors);
    }
  });
});

describe('the fit', () => {
  it('finds the factors that made the data, none of them negative', () => {
    const r = rng(7);
    const samples = Array.from({ length: 300 }, () => {
      const terms = { a: r.int(0, 50), b: r.int(0, 400), c: r.int(0, 9), one: 1 };
      return { terms, measured: 2 * terms.a + 0.25 * terms.b + 30 };
    });
    const f = fitFactors(samples);
    expect(Object.values(f).every((v) => v >= 0)).toBe(true);
    for (const { terms, measured } of samples) {
      const foretold = Object.entries(terms).reduce((n, [t, v]) => n + v * (f[t] ?? 1), 0);
      expect(Math.abs(foretold - measured) / measured).toBeLessThan(0.15);
    }
  });

  it('is judged by ranks and relative errors', () => {
    const pairs = [
      [1, 10],
      [2, 20],
      [3, 40],
      [3, 30],
    ].map(([foretold = 0, measured = 0]) => ({ foretold, measured }));
    const q = quality(pairs);
    expect(q.spearman).toBeCloseTo(0.9487, 4);
    expect(q.error).toBeCloseTo((100 * (0.9 + 0.9 + 0.925 + 0.9)) / 4, 9);
    expect(quality(pairs.map((p) => ({ ...p, measured: 0 })))).toEqual({
      designs: 4,
      spearman: undefined,
      error: undefined,
    });
  });
});
