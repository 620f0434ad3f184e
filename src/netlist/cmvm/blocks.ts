import { type Decomposition, type Matrix, type ShareOptions, share } from './share.ts';
import type { Term } from './terms.ts';
import { Values } from './values.ts';

/**
 * Shares two-term sums in blocks of columns, each for itself: the pairs of digits in a row, and with them time and memory, grow with
 * the square of its digits, and where a row has many, enough of them repeat within a block.
 */
export function shareInBlocks(
  matrix: Matrix,
  spans: readonly number[],
  depths: readonly number[],
  options: ShareOptions,
  blocks: number,
): Decomposition {
  if (blocks <= 1) return share(matrix, spans, depths, options);
  const { rows, cols, data } = matrix;
  const values = new Values(spans, depths);
  const terms = Array.from({ length: rows }, (): Term[] => []);
  for (let block = 0; block < blocks; block++) {
    const [from, to] = [Math.floor((block * cols) / blocks), Math.floor(((block + 1) * cols) / blocks)];
    const part = Array.from({ length: rows }, (_, r) =>
      Array.from({ length: to - from }, (_, c) => data[r * cols + from + c] as number),
    );
    const shared = share(
      { rows, cols: to - from, data: part.flat() },
      spans.slice(from, to),
      depths.slice(from, to),
      options,
    );
    const first = values.size;
    const placeOf = (v: number): number => (v < to - from ? from + v : first + v - (to - from));
    for (const s of shared.values.shared) values.push({ ...s, a: placeOf(s.a), b: placeOf(s.b) });
    shared.rows.forEach((row, r) => {
      for (const t of row) terms[r]?.push({ ...t, value: placeOf(t.value) });
    });
  }
  return { values, rows: terms };
}
