import type { IntArray } from '../num/tensor.ts';

/** How one output's integers differ from those expected. */
export interface Comparison {
  /** Elements that differ, and elements missing or left over. */
  readonly mismatches: number;
  /** The first difference, for people. */
  readonly first: FirstMismatch | null;
}

export interface FirstMismatch {
  readonly frame: number;
  /** Flat index in the frame, in stream order. */
  readonly index: number;
  /** null: nothing is there. */
  readonly expected: number | null;
  readonly actual: number | null;
}

/** Compares streams of whole frames of `frameSize` elements: equality, never a tolerance. */
export function compareStreams(expected: IntArray, actual: IntArray, frameSize: number): Comparison {
  let mismatches = 0;
  let first: FirstMismatch | null = null;
  const n = Math.max(expected.length, actual.length);
  for (let i = 0; i < n; i++) {
    if (expected[i] === actual[i]) continue;
    mismatches++;
    first ??= {
      frame: Math.floor(i / frameSize),
      index: i % frameSize,
      expected: expected[i] ?? null,
      actual: actual[i] ?? null,
    };
  }
  return { mismatches, first };
}

/** `frame 1, element 17: expected 3, got −2 (12 differ)`; undefined when all is equal. */
export function describeMismatch({ mismatches, first }: Comparison): string | undefined {
  if (!first) return undefined;
  const show = (v: number | null): string => (v === null ? 'nothing' : `${v}`);
  return `frame ${first.frame}, element ${first.index}: expected ${show(first.expected)}, got ${show(first.actual)} (${mismatches} differ)`;
}
