/** Views against a plain model of them: the list of memory offsets of a tensor's elements. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contiguous,
  isContiguous,
  offsets,
  permutationTo,
  reshapeView,
  stored,
  transposeView,
  type View,
  viewShape,
} from '../../src/import/onnx/view.ts';
import { numel } from '../../src/num/tensor.ts';

const shapes = fc.array(fc.constantFrom(1, 2, 3, 4, 6), { minLength: 1, maxLength: 4 });
const all = (v: View): number[] => v.map((_, i) => i);
const memory = (v: View): number[] => offsets(v, all(v));

/** A permutation of n axes, from numbers to sort by. */
const permutation = (n: number): fc.Arbitrary<number[]> =>
  fc.array(fc.double({ noNaN: true }), { minLength: n, maxLength: n }).map((keys) =>
    keys
      .map((key, axis) => ({ key, axis }))
      .sort((a, b) => a.key - b.key || a.axis - b.axis)
      .map((k) => k.axis),
  );

const transposed = shapes.chain((shape) => fc.tuple(fc.constant(shape), permutation(shape.length)));

/** Elements of a row-major tensor in the row-major order of its transpose. */
function transpose<T>(data: readonly T[], shape: readonly number[], perm: readonly number[]): T[] {
  const out: T[] = [];
  const index = new Array<number>(shape.length).fill(0);
  const visit = (axis: number): void => {
    if (axis === perm.length) {
      out.push(data[index.reduce((at, k, i) => at * (shape[i] as number) + k, 0)] as T);
      return;
    }
    const source = perm[axis] as number;
    for (let k = 0; k < (shape[source] as number); k++) {
      index[source] = k;
      visit(axis + 1);
    }
    index[source] = 0;
  };
  visit(0);
  return out;
}

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe('views', () => {
  it('of a contiguous tensor read it in order', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        expect(viewShape(contiguous(shape))).toEqual(shape);
        expect(memory(contiguous(shape))).toEqual(range(numel(shape)));
      }),
    );
  });

  it('of a tensor that is stored transposed find its elements', () => {
    fc.assert(
      fc.property(transposed, ([shape, perm]) => {
        const v = stored(shape, perm);
        expect(viewShape(v)).toEqual(shape);
        // Element i of memory is the element of the tensor that the transpose puts there.
        const inMemory = transpose(range(numel(shape)), shape, perm);
        expect(memory(v).map((at) => inMemory[at])).toEqual(range(numel(shape)));
      }),
    );
  });

  it('are transposed as tensors are', () => {
    fc.assert(
      fc.property(transposed, ([shape, perm]) => {
        const v = transposeView(contiguous(shape), perm);
        expect(viewShape(v)).toEqual(perm.map((p) => shape[p]));
        expect(memory(v)).toEqual(transpose(range(numel(shape)), shape, perm));
      }),
    );
  });

  it('are reshaped without moving elements, or not at all', () => {
    fc.assert(
      fc.property(transposed, shapes, ([shape, perm], other) => {
        const v = transposeView(contiguous(shape), perm);
        // Any shape, then one of the right size.
        const fitting = [...other, numel(shape) / numel(other)];
        const target = Number.isInteger(fitting.at(-1)) ? fitting : other;
        const r = reshapeView(v, target);
        if (numel(target) !== numel(shape)) {
          expect(r).toBeUndefined();
        } else if (r) {
          expect(viewShape(r)).toEqual(target);
          expect(memory(r)).toEqual(memory(v));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('of contiguous memory take every shape of their size', () => {
    fc.assert(
      fc.property(shapes, shapes, (shape, other) => {
        fc.pre(numel(shape) % numel(other) === 0);
        const target = [...other, numel(shape) / numel(other)];
        expect(memory(reshapeView(contiguous(shape), target) ?? [])).toEqual(range(numel(shape)));
      }),
    );
  });

  it('come back to the first shape from a transposed tensor, too', () => {
    fc.assert(
      fc.property(transposed, ([shape, perm]) => {
        const v = transposeView(contiguous(shape), perm);
        const flat = reshapeView(v, [numel(shape)]);
        expect(flat).toBeDefined();
        expect(memory(reshapeView(flat ?? [], viewShape(v)) ?? [])).toEqual(memory(v));
      }),
    );
  });

  it('cannot cut a factor unevenly', () => {
    // [2, 3] transposed: memory 0 3 1 4 2 5, which rows of 3 do not step through.
    const v = transposeView(contiguous([2, 3]), [1, 0]);
    expect(reshapeView(v, [2, 3])).toBeUndefined();
    expect(reshapeView(contiguous([2, 3]), [4])).toBeUndefined();
    expect(reshapeView(contiguous([2, 3]), [12])).toBeUndefined();
  });

  it('are contiguous when their offsets count up', () => {
    fc.assert(
      fc.property(transposed, ([shape, perm]) => {
        const v = stored(shape, perm);
        for (const axes of [all(v), perm, perm.slice(1), perm.slice(0, 1)]) {
          const at = offsets(v, axes);
          expect(isContiguous(v, axes)).toBe(at.every((o, i) => o === i));
        }
      }),
    );
  });

  it('say how memory must be permuted', () => {
    fc.assert(
      fc.property(transposed, ([shape, perm]) => {
        const v = stored(shape, perm);
        const { shape: factors, perm: order } = permutationTo(v, all(v));
        expect(numel(factors)).toBe(numel(shape));
        expect(transpose(range(numel(shape)), factors, order)).toEqual(memory(v));
      }),
    );
  });
});
