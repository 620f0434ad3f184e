import { describe, expect, it } from 'vitest';
import type { Design } from '../../../src/ir/op.ts';
import { type CurveTask, curveAt, designCurve } from '../../../src/ir/ops/curve/design.ts';
import { CURVES, type CurveName } from '../../../src/ir/ops/curve/functions.ts';
import { curve } from '../../../src/ir/ops/curve/op.ts';
import { applyCurve, type CurveDesign } from '../../../src/ir/ops/curve/segments.ts';
import { elemRange, int, uint } from '../../../src/num/elem.ts';
import { measure } from '../../../src/passes/approximate.ts';
import { rng } from '../../conformance/case.ts';

const anything = { lo: -(2 ** 31), hi: 2 ** 31 - 1 };

describe('the integers of a curve', () => {
  it('are a line between table entries, on both sides of zero', () => {
    const design: CurveDesign = {
      fold: true,
      start: 0,
      segment: 2,
      slope: 8,
      align: 1,
      shift: 3,
      sign: 1,
      one: 0,
      lo: -100,
      hi: 100,
    };
    const at = (d: Partial<CurveDesign>, ...xs: number[]) =>
      xs.map((x) => applyCurve({ ...design, ...d }, Int32Array.of(-2, -10, -4), x));
    // At 5: −10·4 + 6·1 = −34, twice that and the ramp 40 and the half 4 make −24, over 8.
    expect(at({}, 0, 4, 5, 8, 100)).toEqual([-2, -6, -3, 4, 96]);
    expect(at({}, -4, -5, -8, -100)).toEqual([-10, -8, -4, -4]);
    expect(at({ sign: -1, one: 4 }, -5)).toEqual([10]);
    expect(at({ fold: false, start: -8 }, -9, -8, -3, 5)).toEqual([-2, -2, -8, 1]);
    expect(at({ hi: 3 }, 100)).toEqual([3]);
  });
});

describe('the design of a curve', () => {
  const x = elemRange(int(14));

  it.each(Object.keys(CURVES) as CurveName[])('%s keeps to its bound at every input', (name) => {
    for (const [lsb, fraction] of [
      [0.5, 8],
      [0.1, 4],
      [3, 12],
    ] as const) {
      const task: CurveTask = { name, scale: 0.0011, fraction, x, y: anything };
      const found = designCurve(task, lsb);
      expect(found?.error).toBeLessThanOrEqual(lsb);
      const attrs = { name, scale: 0.0011, fraction };
      const ctx = { attrs, inputs: [{ shape: [4], elem: int(14) }], consts: {} };
      const design = curve.design?.(ctx, { lsb }) as Design;
      const { largest, points } = measure(curve as never, ctx, design, [{ shape: [4], elem: int(32) }]);
      expect(points).toBe(2 ** 14);
      expect(largest).toBeLessThanOrEqual(Math.ceil(lsb));
    }
  });

  it('a table of GELU in steps of 1/32 is off by less than half of 0.0997/32²', () => {
    const task: CurveTask = { name: 'gelu', scale: 2 ** -10, fraction: 14, x: elemRange(int(16)), y: anything };
    const found = curveAt(task, 5, 12, 1e-3);
    expect((found?.error ?? 1) * 2 ** -14).toBeLessThan(4.9e-5);
  });

  it('says where nothing is close enough, and leaves a designed curve alone', () => {
    const attrs = { name: 'sigmoid', scale: 1e-6, fraction: 20 } as const;
    const ctx = { attrs, inputs: [{ shape: [1], elem: int(24) }], consts: {} };
    expect(curve.design?.(ctx, { lsb: 1e-9 })).toMatch(/^no table/);
    const done = curve.design?.(ctx, { lsb: 0.5 }) as Design;
    expect(curve.design?.({ ...ctx, attrs: done.attrs as never, consts: done.consts }, { lsb: 0.5 })).toBeUndefined();
  });

  it('knows inputs without a sign and coarse ones', () => {
    const random = rng(3);
    for (let i = 0; i < 30; i++) {
      const elem = random.pick([uint, int])(random.int(1, 9));
      const name = random.pick(Object.keys(CURVES).filter((n) => n !== 'exp')) as CurveName;
      const task = {
        name,
        scale: 2 ** random.int(-9, 2),
        fraction: random.int(0, 10),
        x: elemRange(elem),
        y: anything,
      };
      expect(designCurve(task, 0.4)?.error, JSON.stringify(task)).toBeLessThanOrEqual(0.4);
    }
  });
});
