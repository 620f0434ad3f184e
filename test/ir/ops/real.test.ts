import { describe, expect, it } from 'vitest';
import type { Attrs, ValueType } from '../../../src/ir/graph.ts';
import { hull, type OpDef } from '../../../src/ir/op.ts';
import { CURVES } from '../../../src/ir/ops/curve/functions.ts';
import { tensorOps } from '../../../src/ir/ops/index.ts';
import { contains, type ElemType, elemRange, int, uint } from '../../../src/num/elem.ts';
import { numel, valueRange } from '../../../src/num/tensor.ts';
import { rng } from '../../conformance/case.ts';

/** The reference of an op on inputs given as lists, within its own bounds. */
function run(kind: string, attrs: Attrs, inputs: readonly (ValueType & { readonly values: readonly number[] })[]) {
  const def = tensorOps.get(kind) as OpDef;
  const ctx = { attrs, inputs, consts: {} };
  expect(def.check(ctx)).toEqual([]);
  const [shape = []] = def.shapes(ctx);
  const tensors = inputs.map((x) => ({ shape: x.shape, data: Int32Array.from(x.values) }));
  const [y] = def.reference(ctx, tensors, [{ shape, elem: int(50) }]);
  const bounds = def.bounds(
    ctx,
    inputs.map((x) => [elemRange(x.elem)]),
  );
  expect(contains(hull(bounds[0] ?? []), valueRange(y?.data ?? []))).toBe(true);
  return { shape, values: [...(y?.data ?? [])] };
}

const row = (values: readonly number[], elem: ElemType = int(8)) => ({ shape: [values.length], elem, values });
const all = (elem: ElemType): number[] => {
  const { lo, hi } = elemRange(elem);
  return Array.from({ length: hi - lo + 1 }, (_, i) => lo + i);
};

describe('curve', () => {
  it('has the values of the real functions', () => {
    const at = (name: string, ...x: number[]) =>
      run('curve', { name, scale: 0.5, fraction: 10 }, [row(x, int(5))]).values;
    // Φ(1) = 0.8413447, Φ(2) = 0.9772499: GELU(x) = x·Φ(x).
    expect(at('gelu', -2, 0, 2, 4)).toEqual([-162, 0, 862, 2001]);
    expect(at('silu', -2, 0, 2, 4)).toEqual([-275, 0, 749, 1804]);
    expect(at('tanh', -2, 0, 2)).toEqual([-780, 0, 780]);
    expect(at('sigmoid', -2, 0, 2)).toEqual([275, 512, 749]);
    expect(at('exp', -2, 0, 2)).toEqual([377, 1024, 2784]);
    expect(at('softplus', -2, 0, 2)).toEqual([321, 710, 1345]);
  });

  it.each(Object.keys(CURVES))('%s stays within its bounds over the whole input, coarse or fine', (name) => {
    for (const scale of [1 / 512, 0.03, 0.12]) {
      for (const elem of [int(8), uint(7), int(1)]) run('curve', { name, scale, fraction: 6 }, [row(all(elem), elem)]);
    }
  });

  it('refuses what needs more than 32 bits', () => {
    const def = tensorOps.get('curve') as OpDef;
    const inputs = [{ shape: [1], elem: int(12) }];
    expect(def.check({ attrs: { name: 'exp', scale: 0.1, fraction: 0 }, inputs, consts: {} })[0]).toMatch(
      /^exp reaches/,
    );
  });
});

describe('softmax', () => {
  const of = (values: number[], shape = [values.length]) =>
    run('softmax', { scale: Math.LN2, fraction: 8, method: 'online' }, [{ shape, elem: int(12), values }]).values;

  it('is the share of the powers of two', () => {
    expect(of([0, 1, 2, 0])).toEqual([32, 64, 128, 32]);
    expect(of([5, 5, 5])).toEqual([85, 85, 85]);
    expect(of([2047, -2048])).toEqual([256, 0]);
    expect(of([3])).toEqual([256]);
    expect(of([0, 0, 1, 0], [2, 2])).toEqual([128, 128, 171, 85]);
  });
});

describe('layernorm', () => {
  const of = (values: number[], attrs: Attrs = {}, elem = int(16)) =>
    run('layernorm', { scale: 1, fraction: 4, epsilon: 0, center: true, ...attrs }, [row(values, elem)]).values;

  it('normalises exactly, far from zero as well', () => {
    expect(of([1, -1, 1, -1])).toEqual([16, -16, 16, -16]);
    expect(of([30001, 29999, 30001, 29999])).toEqual([16, -16, 16, -16]);
    expect(of([7, 7, 7])).toEqual([0, 0, 0]);
    expect(of([0, 0, 0, 4])).toEqual([-9, -9, -9, 28]);
    expect(of([3, 4], { center: false })).toEqual([14, 18]);
    // The variance 1 doubled.
    expect(of([1, -1], { epsilon: 1 })).toEqual([11, -11]);
    expect(of([1, -1], { epsilon: 1, scale: 1000 })).toEqual([16, -16]);
  });
});

describe('products of streams', () => {
  it('multiply element by element', () => {
    const b = row([7, -8, 0], int(4));
    expect(run('multiply', {}, [row([-128, 127, 5]), b]).values).toEqual([-896, -1016, 0]);
  });

  it('equal the sums of products, head by head, either way round', () => {
    const random = rng(1);
    for (let i = 0; i < 40; i++) {
      const [heads, N, K, M] = [random.int(1, 3), random.int(1, 4), random.int(1, 4), random.int(1, 4)];
      const fill = (shape: number[]) => ({
        shape,
        elem: int(8),
        values: Array.from({ length: numel(shape) }, () => random.int(-128, 127)),
      });
      const a = fill([N, heads * K]);
      const b = fill([M, heads * K]);
      const want = Array.from({ length: N * heads * M }, (_, at) => {
        const [n, h, m] = [Math.floor(at / (heads * M)), Math.floor(at / M) % heads, at % M];
        return Array.from({ length: K }, (_k, k) => k).reduce(
          (sum, k) => sum + (a.values[(n * heads + h) * K + k] ?? 0) * (b.values[(m * heads + h) * K + k] ?? 0),
          0,
        );
      });
      expect(run('matmul', { heads, transposeB: true }, [a, b])).toEqual({ shape: [N, heads * M], values: want });
      // The same second operand with its rows as columns.
      const shape = [K, heads * M];
      const values = Array.from({ length: numel(shape) }, (_, at) => {
        const [k, h, m] = [Math.floor(at / (heads * M)), Math.floor(at / M) % heads, at % M];
        return b.values[(m * heads + h) * K + k] ?? 0;
      });
      const turned = { shape, elem: int(8), values };
      expect(run('matmul', { heads, transposeB: false }, [a, turned]).values).toEqual(want);
    }
  });

  it('refuse what does not fit', () => {
    const def = tensorOps.get('matmul') as OpDef;
    const inputs = [
      [3, 4],
      [5, 6],
    ].map((shape) => ({ shape, elem: int(8) }));
    const check = (heads: number, transposeB: boolean) =>
      def.check({ attrs: { heads, transposeB }, inputs, consts: {} });
    expect(check(1, true)).toEqual(['rows of 4 and columns of 6 elements per head do not fit']);
    expect(check(3, false)).toEqual(['heads=3 does not divide a last axis of 4']);
  });
});
