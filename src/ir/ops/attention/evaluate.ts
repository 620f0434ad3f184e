/** One frame of attention, as the real function rounded once and as the integers of a design. */

import { finish, type Weighing } from '../attend/weigh.ts';
import { codeOf, OnlineSum } from '../exponential.ts';
import { attends, dotAt, type Scoring } from '../scores/codes.ts';
import type { Operands } from './shape.ts';

/** The real function in double precision, rounded half up: `2^fraction · Σ exp(scale·q·k) v / Σ exp(scale·q·k)`. */
export function idealFrame(s: Scoring, valueWidth: number, scale: number, fraction: number, o: Operands): void {
  const weights = new Float64Array(s.keys);
  const mean = new Float64Array(valueWidth);
  const row = s.heads * valueWidth;
  for (let query = 0; query < s.queries; query++) {
    for (let h = 0; h < s.heads; h++) {
      const total = idealWeights(s, query, h, scale, o, weights);
      mean.fill(0);
      weights.forEach((w, key) => {
        const at = key * row + h * valueWidth;
        if (w !== 0) for (let i = 0; i < valueWidth; i++) mean[i] = (mean[i] as number) + w * (o.v[at + i] as number);
      });
      const at = query * row + h * valueWidth;
      const unit = total === 0 ? 0 : 2 ** fraction / total;
      for (let i = 0; i < valueWidth; i++) o.y[at + i] = Math.floor((mean[i] as number) * unit + 0.5);
    }
  }
}

/** Exponentials relative to the largest score of the row, 0 where masked; returns their sum. */
function idealWeights(s: Scoring, query: number, h: number, scale: number, o: Operands, out: Float64Array): number {
  const row = s.heads * s.width;
  const qAt = query * row + h * s.width;
  let top = Number.NEGATIVE_INFINITY;
  for (let key = 0; key < s.keys; key++) {
    const dot = attends(s, query, key) ? dotAt(o.q, qAt, o.k, key * row + h * s.width, s.width) : -Infinity;
    out[key] = dot;
    if (dot > top) top = dot;
  }
  let total = 0;
  for (let key = 0; key < s.keys; key++) {
    const w = out[key] === -Infinity ? 0 : Math.exp(scale * ((out[key] as number) - top));
    out[key] = w;
    total += w;
  }
  return total;
}

/** The integers: each query sees the keys from that of its slot's number on, going round. */
export function designedFrame(s: Scoring, w: Weighing, o: Operands): void {
  const { queries, keys, heads, width, slots } = s;
  const sum = new OnlineSum(w.width, w.stepBits, w.table);
  const [row, valueRow] = [heads * width, heads * w.width];
  for (let query = 0; query < queries; query++) {
    for (let h = 0; h < heads; h++) {
      sum.clear();
      for (let i = 0; i < keys; i++) {
        const key = ((query % slots) + i) % keys;
        if (!attends(s, query, key)) continue;
        const dot = dotAt(o.q, query * row + h * width, o.k, key * row + h * width, width);
        sum.add(codeOf(dot, s.coding), o.v, key * valueRow + h * w.width);
      }
      finish(w, sum, o.y, query * valueRow + h * w.width);
    }
  }
}
