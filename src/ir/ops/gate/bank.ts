/** The arithmetic of a product with one of several matrices, shared by the tensor op and the kernel. */
import type { IntArray } from '../../../num/tensor.ts';
import type { Const } from '../../graph.ts';
import { type Bounds, hull } from '../../op.ts';
import { dotBounds } from '../dense/bounds.ts';
import { matVec } from '../dense/matvec.ts';
import { spreadBounds } from '../rows.ts';

/** `y = weight[min(task, T − 1)] · x` at every position, with weights `[T, E, D]`. */
export function gateProduct(w: Const, x: IntArray, task: number, y: IntArray): void {
  const [tasks = 1, rows = 1, cols = 1] = w.shape;
  const bank = Math.min(task, tasks - 1);
  const weights = w.data.subarray(bank * rows * cols, (bank + 1) * rows * cols);
  matVec(x, weights, y, { rows, cols, groups: 1 });
}

/** Per output channel, what any task can give. */
export function gateBounds(w: Const, x: Bounds): Bounds {
  const [tasks = 1, rows = 1, cols = 1] = w.shape;
  const channels = spreadBounds(x, cols);
  return Array.from({ length: rows }, (_, r) =>
    hull(
      Array.from({ length: tasks }, (_t, t) => {
        const at = (t * rows + r) * cols;
        return dotBounds(w.data.subarray(at, at + cols), channels);
      }),
    ),
  );
}
