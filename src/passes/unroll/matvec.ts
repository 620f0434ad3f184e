import type { NetlistBuilder } from '../../netlist/builder.ts';
import { cmvm } from '../../netlist/cmvm/cmvm.ts';
import type { Solver } from '../../netlist/cmvm/solver.ts';
import { costOf } from '../../netlist/cost.ts';
import { elemFor } from '../../num/elem.ts';
import { known, materialise, settled, type Term } from './term.ts';

/** The columns of a matrix that meet a signal, by the value that they read: what meets a constant is a constant. */
interface Columns {
  readonly values: readonly number[];
  /** Row-major, one column for each value. */
  readonly weights: Int32Array;
  /** What the constants add to each row. */
  readonly offsets: readonly number[];
}

function columnsOf(w: ArrayLike<number>, x: readonly Term[], rows: number): Columns {
  const places = new Map<number, number>();
  for (const { value } of x) if (value !== undefined && !places.has(value)) places.set(value, places.size);
  const weights = new Int32Array(rows * places.size);
  const offsets = Array.from({ length: rows }, () => 0);
  for (let r = 0; r < rows; r++) {
    x.forEach(({ value, shift, offset }, c) => {
      const weight = w[r * x.length + c] as number;
      offsets[r] = (offsets[r] as number) + weight * offset;
      if (value === undefined) return;
      const at = r * places.size + (places.get(value) as number);
      weights[at] = (weights[at] as number) + weight * 2 ** shift;
    });
  }
  return { values: [...places.keys()], weights, offsets };
}

export interface ProductOptions {
  /**
   * Which constant a reader of each row adds next: it is added here, where it costs least, and taken back in the term.
   */
  readonly wanted?: (row: number) => number | undefined;
  /** Depth of every value so far: inputs that come late are added late. */
  readonly levels?: ArrayLike<number>;
  readonly solver?: Solver | undefined;
}

/** y = W · x with the `rows` × x.length integers of W, row-major. */
export function matVec(
  b: NetlistBuilder,
  w: ArrayLike<number>,
  x: readonly Term[],
  rows: number,
  { wanted = () => undefined, levels, solver }: ProductOptions = {},
): Term[] {
  const { values, weights, offsets } = columnsOf(w, x, rows);
  const wants = offsets.map((_, r) => wanted(r));
  const bias = offsets.map((own, r) => (wants[r] === undefined ? 0 : own + (wants[r] as number)));
  const matrix = { rows, cols: values.length, data: weights };
  const found = levels ? { levels: values.map((v) => levels[v] as number) } : {};
  const y = cmvm(b, matrix, values, bias, { ...found, solver });
  return y.map((v, r) => settled(b, v, 0, wants[r] === undefined ? (offsets[r] as number) : -(wants[r] as number)));
}

/** The same with weights that are values of the netlist: a row of the multiplier for each bit of a weight. */
export function loadedMatVec(b: NetlistBuilder, w: readonly number[], x: readonly Term[], rows: number): Term[] {
  const zero = b.constant(0);
  return Array.from({ length: rows }, (_, r) => {
    const parts: Term[] = [];
    const factors: number[] = [];
    x.forEach(({ value, shift, offset }, c) => {
      const weight = w[r * x.length + c] as number;
      if (offset !== 0) {
        parts.push(settled(b, weight));
        factors.push(offset);
      }
      if (value === undefined) return;
      const { bits, kind } = elemFor(b.range(weight));
      for (let j = 0; j < bits; j++) {
        const bit = b.gather([{ value: weight, bit: j, invert: false }]);
        parts.push(settled(b, b.mux(bit, value, zero)));
        factors.push((kind === 'int' && j === bits - 1 ? -1 : 1) * 2 ** (j + shift));
      }
    });
    return matVec(b, factors, parts, 1)[0] as Term;
  });
}

/** A term times a constant. */
export function times(b: NetlistBuilder, t: Term, by: number): Term {
  if (t.value === undefined || by === 0) return known(t.offset * by);
  const two = Math.log2(by);
  if (Number.isInteger(two)) return { value: t.value, shift: t.shift + two, offset: t.offset * by };
  if (Math.abs(by) < LARGEST_WEIGHT) return matVec(b, [by], [t], 1)[0] as Term;
  const low = by - Math.floor(by / 2 ** PART) * 2 ** PART;
  const high = times(b, { ...t, offset: 0 }, (by - low) / 2 ** PART);
  const rest = times(b, { ...t, offset: 0 }, low);
  return settled(b, b.add(materialise(b, high), PART, materialise(b, rest), 0), 0, t.offset * by);
}

/** Weights of a matrix are below this; larger multipliers are taken in parts of so many bits. */
const LARGEST_WEIGHT = 2 ** 28;
const PART = 24;

/** Depth of every value that is there. */
export const levelsOf = (b: NetlistBuilder): Int32Array => costOf(b.finish('so far')).levels;
