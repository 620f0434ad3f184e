import { bitLength, elemFor, type Interval } from '../../num/elem.ts';
import type { NetlistBuilder } from '../builder.ts';
import { BitHeap } from './heap.ts';
import { choosePlan, earliest, type Plan } from './plan.ts';
import type { Decomposition, Matrix } from './share.ts';
import type { Term } from './terms.ts';
import { type Word, wordOf } from './words.ts';

export interface LinearInputs {
  readonly values: readonly number[];
  /** When each is there, in levels. */
  readonly levels: readonly number[];
}

/** How often each value is used, and the terms of those that stand for two. */
function usesOf({ values, rows }: Decomposition): Int32Array {
  const uses = new Int32Array(values.size);
  const use = (v: number): void => {
    uses[v] = (uses[v] as number) + 1;
  };
  for (const row of rows) for (const t of row) use(t.value);
  for (const { a, b } of values.shared) {
    use(a);
    use(b);
  }
  return uses;
}

/** Builds a decomposition: each shared value once, each output as one heap of bits. Gives the outputs, y = Wx + bias. */
export function lower(
  b: NetlistBuilder,
  matrix: Matrix,
  inputs: LinearInputs,
  d: Decomposition,
  bias: readonly number[],
  slack = 0,
): number[] {
  const uses = usesOf(d);
  const words: Word[] = inputs.values.map((v, i) => wordOf(b, v, inputs.levels[i] ?? 0));
  const most = (terms: readonly Term[]): number =>
    terms.reduce((sum, t) => sum + 2 ** ((words[t.value] as Word).wires.length + t.shift), 0);
  /** A value that is used once is part of its user's sum. */
  const flat = (terms: readonly Term[]): Term[] =>
    terms.flatMap((t) => {
      const s = d.values.shared[t.value - d.values.inputs];
      if (!s || (uses[t.value] as number) > 1) return [t];
      const first: Term = { value: s.a, shift: t.shift + s.sa, sign: t.sign };
      return flat([first, { value: s.b, shift: t.shift + s.sb, sign: s.sign > 0 ? t.sign : t.sign > 0 ? -1 : 1 }]);
    });
  const known = new Map<string, Plan[]>();
  d.values.shared.forEach((s, i) => {
    const value = d.values.inputs + i;
    if ((uses[value] as number) <= 1) {
      words.push({ wires: [], offset: 0, levels: [] });
      return;
    }
    const terms = flat([
      { value: s.a, shift: s.sa, sign: 1 },
      { value: s.b, shift: s.sb, sign: s.sign },
    ]);
    const heap = new BitHeap(b, bitLength(most(terms)));
    for (const t of terms) heap.add(words[t.value] as Word, t.shift, t.sign);
    const { pins, levels } = heap.reduce(choosePlan(heap.plans(false, known), 0), false);
    const offset = -heap.rest;
    const { hi } = d.values.rangeOf(
      value,
      inputs.values.map((v) => b.range(v)),
    );
    const bits = Math.max(1, bitLength(hi + offset));
    words.push({
      wires: pins.slice(0, bits).map((p) => (typeof p === 'number' ? undefined : p)),
      offset,
      levels: levels.slice(0, bits),
    });
  });
  const rows = d.rows.map((row, r) => {
    const range = rowRange(b, matrix, inputs.values, r, bias[r] ?? 0);
    const heap = new BitHeap(b, elemFor(range).bits);
    for (const t of flat(row)) heap.add(words[t.value] as Word, t.shift, t.sign);
    heap.plus(bias[r] ?? 0);
    return { range, heap, plans: heap.plans(true, known) };
  });
  const ready = Math.max(0, ...rows.map(({ plans }) => earliest(plans))) + slack;
  return rows.map(({ heap, range, plans }) =>
    b.gather(heap.reduce(choosePlan(plans, ready), true).pins, elemFor(range).kind === 'int', range),
  );
}

/** The exact range of an output. */
function rowRange(
  b: NetlistBuilder,
  { cols, data }: Matrix,
  inputs: readonly number[],
  row: number,
  bias: number,
): Interval {
  let [lo, hi] = [bias, bias];
  for (let c = 0; c < cols; c++) {
    const w = data[row * cols + c] as number;
    const x = b.range(inputs[c] as number);
    lo += w > 0 ? w * x.lo : w * x.hi;
    hi += w > 0 ? w * x.hi : w * x.lo;
  }
  return { lo: lo + 0, hi: hi + 0 };
}
