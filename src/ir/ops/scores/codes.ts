/** Codes of all slots in all steps, from queries and the stream of keys. */
import { type ElemType, elemRange, type Interval } from '../../../num/elem.ts';
import { type IntArray, numel } from '../../../num/tensor.ts';
import type { Const } from '../../graph.ts';
import { queryAt, type Rota } from '../attention/rota.ts';
import { type Coding, codeOf } from '../exponential.ts';

export interface Scoring extends Rota {
  readonly heads: number;
  /** Elements of one head of a query and of a key. */
  readonly width: number;
  /** Query i attends to keys 0 … i only. */
  readonly causal: boolean;
  /** `[queries, keys]`, 1 where a query attends to a key. */
  readonly mask: Const | undefined;
  readonly coding: Coding;
}

export const attends = ({ causal, mask, keys }: Scoring, query: number, key: number): boolean =>
  !(causal && key > query) && mask?.data[query * keys + key] !== 0;

/** Where the product of a query's and a key's head lies. */
export function dotRange(width: number, q: ElemType, k: ElemType): Interval {
  const [a, b] = [elemRange(q), elemRange(k)];
  const corners = [a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi];
  return { lo: width * Math.min(...corners), hi: width * Math.max(...corners) };
}

export function dotAt(q: IntArray, qAt: number, k: IntArray, kAt: number, width: number): number {
  let sum = 0;
  for (let i = 0; i < width; i++) sum += (q[qAt + i] as number) * (k[kAt + i] as number);
  return sum;
}

/** `[steps, heads, slots]`: the code of each slot's query with the step's key, 0 where there is none or it is masked. */
export function codesOf(s: Scoring, q: IntArray, k: IntArray, codes: IntArray): void {
  const { heads, width, slots, keys } = s;
  const row = heads * width;
  const steps = codes.length / (heads * slots);
  for (let step = 0; step < steps; step++) {
    for (let slot = 0; slot < slots; slot++) {
      const query = queryAt(s, step, slot);
      const seen = query >= 0 && attends(s, query, step % keys);
      for (let h = 0; h < heads; h++) {
        const at = (step * heads + h) * slots + slot;
        codes[at] = seen ? codeOf(dotAt(q, query * row + h * width, k, step * row + h * width, width), s.coding) : 0;
      }
    }
  }
}

/** What is wrong with a mask; empty where nothing is, or there is none. */
export function maskProblems(mask: Const | undefined, queries: number, keys: number): string[] {
  if (!mask) return [];
  if (numel(mask.shape) !== queries * keys || mask.shape.length !== 2 || mask.shape[0] !== queries)
    return [`a mask of [${mask.shape}] is not [${queries}, ${keys}]`];
  return mask.data.every((v) => v === 0 || v === 1) ? [] : ['a mask holds 1 (attend) and 0 only'];
}

/** Why products of these types are not exact when they are scaled; empty where they are. */
export function scoringProblems({ width, coding: { mul, add } }: Scoring, q: ElemType, k: ElemType): string[] {
  const { lo, hi } = dotRange(width, q, k);
  const largest = Math.max(-lo, hi) * mul + Math.abs(add);
  return largest < 2 ** 52
    ? []
    : [`scores times mul=${mul} take more than 52 bits: fewer score bits, or narrower q and k`];
}
