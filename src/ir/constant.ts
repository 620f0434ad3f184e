import { type ElemType, elemFor } from '../num/elem.ts';
import type { IntArray } from '../num/tensor.ts';
import type { Const } from './graph.ts';

/** A constant of the narrowest type (or the one given). */
export function constant(shape: readonly number[], data: IntArray, elem?: ElemType): Const {
  let lo = 0;
  let hi = 0;
  for (const v of data) {
    if (v < lo) lo = v;
    if (v > hi) hi = v;
  }
  return { shape, data, elem: elem ?? elemFor({ lo, hi }) };
}
