/**
 * Similar rows: y_i = y_j ± (w_i ∓ w_j) · x, where the difference has fewer digits than the row. As two products one behind
 * the other, W = B · A: A holds the differences, B says which of them make up each row. Which row starts from which is a
 * least spanning tree over the digits of all differences, as in da4ml (Sun et al., arXiv 2507.04535), of bounded depth.
 */
import { digitsOf } from './csd.ts';
import type { Matrix } from './share.ts';

/** Differences must save this share of the digits: each is a sum of its own that others wait for. */
const WORTH = 0.25;

interface Link {
  /** −1: the row stands for itself. */
  readonly parent: number;
  readonly sign: 1 | -1;
}

/** The most work that looking for similar rows may be, in weights. */
const WORK = 5e7;

/**
 * W as B · A, where that saves enough digits; undefined otherwise.
 *
 * @param mostSteps rows that a row's way from the root may pass: what a row of B has of terms at most
 */
export function stagesOf({ rows, cols, data }: Matrix, mostSteps: number): readonly [a: Matrix, b: Matrix] | undefined {
  if (rows * rows * cols > WORK) return undefined;
  const at = (r: number, c: number): number => data[r * cols + c] as number;
  const distance = (i: number, j: number, sign: number): number => {
    let n = 0;
    for (let c = 0; c < cols; c++) n += digitsOf(at(i, c) - sign * at(j, c));
    return n;
  };
  const own = Array.from({ length: rows }, (_, r) => distance(r, r, 0));
  const { links, order, digits } = spanningTree(own, distance, mostSteps);
  const all = own.reduce((sum, n) => sum + n, 0);
  if (digits > all * (1 - WORTH)) return undefined;
  const first: number[] = new Array(rows * cols).fill(0);
  const second: number[] = new Array(rows * rows).fill(0);
  for (const i of order) {
    const { parent, sign } = links[i] as Link;
    second[i * rows + i] = 1;
    for (let c = 0; c < cols; c++) first[i * cols + c] = at(i, c) - (parent < 0 ? 0 : sign * at(parent, c));
    for (let k = 0; parent >= 0 && k < rows; k++) {
      if (k !== i) second[i * rows + k] = sign * (second[parent * rows + k] as number);
    }
  }
  return [
    { rows, cols, data: first },
    { rows, cols: rows, data: second },
  ];
}

/** Prim's algorithm from a root without digits; rows in the order in which they joined. */
function spanningTree(
  own: readonly number[],
  distance: (i: number, j: number, sign: number) => number,
  mostSteps: number,
): { links: Link[]; order: number[]; digits: number } {
  const links: Link[] = own.map(() => ({ parent: -1, sign: 1 }));
  const best = [...own];
  const steps = own.map(() => 1);
  const open = new Set(own.keys());
  const order: number[] = [];
  let digits = 0;
  while (open.size > 0) {
    let next = -1;
    for (const i of open) if (next < 0 || (best[i] as number) < (best[next] as number)) next = i;
    open.delete(next);
    order.push(next);
    digits += best[next] as number;
    if (steps[next] === mostSteps) continue;
    for (const i of open) {
      for (const sign of [1, -1] as const) {
        const d = distance(i, next, sign);
        if (d >= (best[i] as number)) continue;
        best[i] = d;
        links[i] = { parent: next, sign };
        steps[i] = (steps[next] as number) + 1;
      }
    }
  }
  return { links, order, digits };
}
