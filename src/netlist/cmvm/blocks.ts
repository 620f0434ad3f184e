import { type Decomposition, type Matrix, share } from './share.ts';
import type { SharedSums, ShareTask, Solver } from './solver.ts';
import type { Term } from './terms.ts';
import { Values } from './values.ts';

/** Solves one task. */
export function sharedSums({ matrix, spans, depths, options }: ShareTask): SharedSums {
  const { values, rows } = share(matrix, spans, depths, options);
  return { shared: values.shared, rows };
}

/**
 * Shares two-term sums in blocks of columns, each for itself: the pairs of digits in a row, and with them time and memory, grow with
 * the square of its digits, and where a row has many, enough of them repeat within a block.
 */
export function shareInBlocks(
  { matrix, spans, depths, options }: ShareTask,
  blocks: number,
  shares: Solver['shares'],
): Decomposition {
  if (blocks <= 1) return share(matrix, spans, depths, options);
  const { rows, cols } = matrix;
  const parts = Array.from({ length: blocks }, (_, block) => {
    const [from, to] = [Math.floor((block * cols) / blocks), Math.floor(((block + 1) * cols) / blocks)];
    return { from, to, matrix: { rows, cols: to - from, data: columns(matrix, from, to) } };
  });
  const found = shares(
    parts.map(({ from, to, matrix }) => ({
      matrix,
      spans: spans.slice(from, to),
      depths: depths.slice(from, to),
      options,
    })),
  );
  const values = new Values(spans, depths);
  const terms = Array.from({ length: rows }, (): Term[] => []);
  parts.forEach(({ from, to }, block) => {
    const { shared, rows: sums } = found[block] as SharedSums;
    const first = values.size;
    const placeOf = (v: number): number => (v < to - from ? from + v : first + v - (to - from));
    for (const s of shared) values.push({ ...s, a: placeOf(s.a), b: placeOf(s.b) });
    sums.forEach((row, r) => {
      for (const t of row) terms[r]?.push({ ...t, value: placeOf(t.value) });
    });
  });
  return { values, rows: terms };
}

const columns = ({ rows, cols, data }: Matrix, from: number, to: number): number[] =>
  Array.from({ length: rows * (to - from) }, (_, i) => {
    const c = i % (to - from);
    return data[((i - c) / (to - from)) * cols + from + c] as number;
  });
