/**
 * Exponentials as integers: a *code* c ≥ 1 stands for the weight `2^(c / 2^stepBits)`, up to a factor that all codes
 * share; code 0 stands for no weight at all (masked). The low `stepBits` bits of a code choose a mantissa from a table,
 * the others are its octave: a weight relative to the largest octave so far is a mantissa shifted right. So the table does
 * not grow with the range of the codes, and scaling by a ratio of two weights' octaves is exact but for its rounding.
 */
import { Type } from 'typebox';
import { roundShift } from '../../num/round-shift.ts';
import type { IntArray } from '../../num/tensor.ts';
import type { Const } from '../graph.ts';

/** `code = clamp(floor((x · mul + add) / 2^shift), 1, 2^bits − 1)`. */
export interface Coding {
  readonly mul: number;
  readonly add: number;
  readonly shift: number;
  readonly bits: number;
}

/** Schema of how scores become codes: of the ops and kernels that make them. */
export const codingSchema = {
  mul: Type.Integer({ minimum: 0 }),
  add: Type.Integer(),
  shift: Type.Integer({ minimum: 0, maximum: 52 }),
  bits: Type.Integer({ minimum: 2, maximum: 24 }),
};

/** Bits of the multiplier beyond those of the code: its error stays below 1/16 of a code over the whole range. */
const GUARD_BITS = 5;

/** One octave in codes is `2^stepBits`, in natural units ln 2. */
export const codesPerUnit = (stepBits: number): number => 2 ** stepBits / Math.LN2;

/** Bits of the codes that keep all x with |x| ≤ `largest` apart from the clamps, at `scale` natural units each. */
export function bitsFor(scale: number, largest: number, stepBits: number): number {
  const half = Math.ceil(largest * scale * codesPerUnit(stepBits)) + 1;
  return Math.max(stepBits + 1, Math.ceil(Math.log2(half)) + 1);
}

/** The coding of `exp(scale · x)`: x = 0 is in the middle of the codes, ties are rounded up. */
export function codingOf(scale: number, stepBits: number, bits: number): Coding {
  const ratio = scale * codesPerUnit(stepBits);
  const shift = Math.max(0, bits + GUARD_BITS - Math.floor(Math.log2(ratio)) - 1);
  const half = shift > 0 ? 2 ** (shift - 1) : 0;
  return { mul: Math.round(ratio * 2 ** shift), add: 2 ** (bits - 1 + shift) + half, shift, bits };
}

export function codeOf(x: number, { mul, add, shift, bits }: Coding): number {
  const code = Math.floor((x * mul + add) / 2 ** shift);
  return code < 1 ? 1 : Math.min(code, 2 ** bits - 1);
}

/** The mantissas of one octave, `round(2^(bits − 1 + i / 2^stepBits))`: all have their upper bit set. stepBits ≤ bits. */
export function mantissas(stepBits: number, bits: number): Const {
  const table = Int32Array.from({ length: 2 ** stepBits }, (_, i) => Math.round(2 ** (bits - 1 + i / 2 ** stepBits)));
  return { shape: [table.length], elem: { kind: 'uint', bits }, data: table };
}

/**
 * Weighted sums over one row of codes, in the order in which they come: numerators of `width` columns and the
 * denominator, relative to the largest octave so far. A new largest octave shifts them right, rounding half up.
 */
export class OnlineSum {
  denominator = 0;
  readonly numerators: Float64Array;
  private top = -1;
  private readonly stepBits: number;
  private readonly table: IntArray;

  constructor(width: number, stepBits: number, table: IntArray) {
    this.numerators = new Float64Array(width);
    this.stepBits = stepBits;
    this.table = table;
  }

  clear(): void {
    this.numerators.fill(0);
    this.denominator = 0;
    this.top = -1;
  }

  /** Adds a key of this code with the values `v[at] …`. */
  add(code: number, v: IntArray, at: number): void {
    if (code === 0) return;
    const { numerators } = this;
    const octave = code >>> this.stepBits;
    if (octave > this.top) {
      if (this.top >= 0) this.rescale(octave - this.top);
      this.top = octave;
    }
    const weight = roundShift(this.table[code & (this.table.length - 1)] as number, this.top - octave);
    this.denominator += weight;
    for (let i = 0; i < numerators.length; i++) {
      numerators[i] = (numerators[i] as number) + weight * (v[at + i] as number);
    }
  }

  private rescale(octaves: number): void {
    const { numerators } = this;
    this.denominator = roundShift(this.denominator, octaves);
    for (let i = 0; i < numerators.length; i++) numerators[i] = roundShift(numerators[i] as number, octaves);
  }
}

/** `2^bits / denominator`, rounded down; 0 for a row without a weight. bits ≤ 52. */
export const reciprocal = (denominator: number, bits: number): number =>
  denominator === 0 ? 0 : Math.floor(2 ** bits / denominator);
