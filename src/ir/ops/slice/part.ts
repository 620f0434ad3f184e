import type { IntArray } from '../../../num/tensor.ts';

/** The part [start, start + keep) of every `period` elements of a flat frame. */
export type Part = { readonly period: number; readonly start: number; readonly keep: number };

/** Copies the kept elements of `x`, in order, to `y`. */
export function takePart({ period, start, keep }: Part, x: IntArray, y: IntArray): void {
  for (let i = 0, at = start; i < y.length; at += period) for (let k = 0; k < keep; k++) y[i++] = x[at + k] as number;
}
