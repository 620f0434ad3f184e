import { numel } from '../../../num/tensor.ts';
import { type Bounds, hull } from '../../op.ts';

/** The frame seen as `shape`, transposed: axis i of the result is axis `perm[i]` of the frame. */
export type ReorderAttrs = { readonly shape: readonly number[]; readonly perm: readonly number[] };

/** One loop of a walk through the frame: `size` steps of `stride` elements. */
export interface Loop {
  readonly size: number;
  readonly stride: number;
}

/** Sentences about a permutation of `elements` elements. */
export function permuteProblems({ shape, perm }: ReorderAttrs, elements: number): string[] {
  const problems: string[] = [];
  if (numel(shape) !== elements) problems.push(`shape [${shape}] does not hold ${elements} elements`);
  const sorted = [...perm].sort((a, b) => a - b);
  if (sorted.length !== shape.length || sorted.some((axis, i) => axis !== i)) {
    problems.push(`perm [${perm}] is no permutation of ${shape.length} axes`);
  }
  return problems;
}

/** The sizes of the axes of the result. */
export const permutedShape = ({ shape, perm }: ReorderAttrs): number[] => perm.map((axis) => shape[axis] ?? 1);

/**
 * The walk through the input that gives the output in order, outermost loop first. Axes of size 1 are dropped and
 * axes that stay neighbours are one loop.
 */
export function walkOf({ shape, perm }: ReorderAttrs): Loop[] {
  const strides = shape.map((_, axis) => numel(shape.slice(axis + 1)));
  const loops: Loop[] = [];
  for (const axis of perm) {
    const loop = { size: shape[axis] ?? 1, stride: strides[axis] ?? 1 };
    const outer = loops.at(-1);
    if (loop.size === 1) continue;
    if (outer && outer.stride === loop.size * loop.stride) {
      loops[loops.length - 1] = { size: outer.size * loop.size, stride: loop.stride };
    } else loops.push(loop);
  }
  return loops.length > 0 ? loops : [{ size: 1, stride: 1 }];
}

/** Flat input index of each output element. */
export function sourceIndices(attrs: ReorderAttrs): Int32Array {
  let indices = Int32Array.of(0);
  for (const { size, stride } of walkOf(attrs)) {
    const next = new Int32Array(indices.length * size);
    for (let i = 0; i < next.length; i++) next[i] = (indices[Math.floor(i / size)] as number) + (i % size) * stride;
    indices = next;
  }
  return indices;
}

/** Bounds per channel survive where the last axis stays; otherwise channels mix. */
export function permuteBounds({ shape, perm }: ReorderAttrs, x: Bounds): Bounds {
  const inner = shape.length - 1;
  const stays = perm[inner] === inner && (shape[inner] ?? 1) % x.length === 0;
  return x.length === 1 || stays ? x : [hull(x)];
}
