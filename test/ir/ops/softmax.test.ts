import { describe, expect, it } from 'vitest';
import type { Design } from '../../../src/ir/op.ts';
import { type SoftmaxAttrs, softmax } from '../../../src/ir/ops/softmax/op.ts';
import { designSoftmax, type SoftmaxMethod } from '../../../src/ir/ops/softmax/weights.ts';
import { type ElemType, int, uint } from '../../../src/num/elem.ts';
import { measure } from '../../../src/passes/approximate.ts';

const METHODS: readonly SoftmaxMethod[] = ['online', 'threepass'];

function designed(attrs: SoftmaxAttrs, shape: readonly number[], elem: ElemType, lsb: number) {
  const ctx = { attrs, inputs: [{ shape, elem }], consts: {} };
  const design = softmax.design?.(ctx, { lsb }) as Design;
  const full = { ...ctx, attrs: design.attrs as SoftmaxAttrs, consts: design.consts };
  expect(softmax.check(full)).toEqual([]);
  return { ctx, design, full };
}

describe.each(METHODS)('softmax, %s', (method) => {
  it('keeps to its bound on hard rows', () => {
    for (const [length, elem, scale, fraction, lsb] of [
      [129, int(8), 1 / 16, 8, 0.5],
      [64, int(8), 0.5, 8, 0.1],
      [197, int(8), 1 / 16, 8, 2],
      [5, uint(10), 1 / 100, 12, 0.5],
      [2, int(12), 1 / 8, 4, 0.5],
      [1, int(4), 1, 3, 0.5],
    ] as const) {
      const { ctx, design } = designed({ scale, fraction, method }, [4, length], elem, lsb);
      const { largest, points } = measure(softmax as never, ctx, design, [{ shape: [4, length], elem: int(32) }]);
      expect(points).toBeGreaterThanOrEqual(100 * length);
      expect(largest).toBeLessThanOrEqual(Math.ceil(lsb));
    }
  });

  it('gives equal elements equal shares, and all to one far above the others', () => {
    const { full } = designed({ scale: 1 / 8, fraction: 8, method }, [4, 8], int(10), 0.5);
    const rows = [
      [7, 7, 7, 7, 7, 7, 7, 7],
      [-511, -511, 511, -511, -511, -511, -511, -511],
      [-512, -400, -300, -200, -100, 0, 100, 500],
      [500, 100, 0, -100, -200, -300, -400, -512],
    ];
    const x = { shape: [4, 8], data: Int32Array.from(rows.flat()) };
    const y = softmax.reference(full, [x], [{ shape: [4, 8], elem: int(32) }])[0]?.data ?? [];
    expect([...y.slice(0, 8)]).toEqual([32, 32, 32, 32, 32, 32, 32, 32]);
    expect([...y.slice(8, 16)]).toEqual([0, 0, 256, 0, 0, 0, 0, 0]);
    expect([...y.slice(16, 24)]).toEqual([0, 0, 0, 0, 0, 0, 0, 256]);
    expect([...y.slice(24)]).toEqual([256, 0, 0, 0, 0, 0, 0, 0]);
  });
});

it('the widths of a softmax follow the bound, and what does not fit is said', () => {
  const task = { length: 129, scale: 1 / 16, fraction: 8, x: { lo: -128, hi: 127 } };
  const bits = [2, 0.5, 0.1]
    .map((lsb) => designSoftmax(task, lsb))
    .map((d) => typeof d !== 'string' && [d.stepBits, d.mantissa]);
  expect(bits).toEqual([
    [6, 17],
    [8, 19],
    [10, 21],
  ]);
  expect(designSoftmax({ ...task, fraction: 20 }, 0.5)).toMatch(/table of exponentials would have/);
  expect(designSoftmax({ ...task, length: 2 ** 24 }, 0.5)).toMatch(/weights would have/);
  expect(designSoftmax({ ...task, x: { lo: -(2 ** 20), hi: 2 ** 20 - 1 } }, 0.5)).toMatch(/codes takes/);
});
