/** Softmax of a row as integers: codes of exponentials, their sum relative to the largest octave, one division. */
import { Type } from 'typebox';
import { bitLength, type Interval } from '../../../num/elem.ts';
import { roundShift } from '../../../num/round-shift.ts';
import type { IntArray } from '../../../num/tensor.ts';
import { bitsFor, type Coding, codeOf, codesPerUnit, codingOf, codingSchema, OnlineSum } from '../exponential.ts';

export type SoftmaxMethod = 'online' | 'threepass';

export const softmaxMethod = Type.Union([Type.Literal('online'), Type.Literal('threepass')]);

/**
 * Element i has the code c of `coding`, the mantissa `m = mantissas[c mod 2^stepBits]`, the octave `o = ⌊c / 2^stepBits⌋`.
 * With M the largest octave of the row and D the sum of all weights relative to it, rounded half up each:
 *
 *     online:     in order; where o > M: D = round(D / 2^(o − M)), M = o; then D += round(m / 2^(M − o))
 *     threepass:  M first, then D = Σ round(m / 2^(M − o))
 *
 *     y = round(m · ⌈2^reciprocal / D⌉ / 2^(drop + M − o))       2^(reciprocal − drop) stands for 1
 */
export type SoftmaxDesign = {
  readonly coding: Coding & { readonly [key: string]: number };
  readonly stepBits: number;
  /** Bits of a mantissa: its upper bit is set. */
  readonly mantissa: number;
  readonly reciprocal: number;
  readonly drop: number;
};

const small = Type.Integer({ minimum: 0, maximum: 50 });

export const softmaxDesignSchema = Type.Object(
  {
    coding: Type.Object(codingSchema, { additionalProperties: false }),
    stepBits: Type.Integer({ minimum: 1, maximum: 14 }),
    mantissa: Type.Integer({ minimum: 2, maximum: 30 }),
    reciprocal: small,
    drop: small,
  },
  { additionalProperties: false },
);

export const unitOf = (d: SoftmaxDesign): number => 2 ** (d.reciprocal - d.drop);

/** Bits of a quotient: the sum is 2^(mantissa − 1) at least. */
export const quotientBits = (d: SoftmaxDesign): number => d.reciprocal - d.mantissa + 2;

/** Bits of the sum of `length` weights. */
export const denominatorBits = (d: SoftmaxDesign, length: number): number => bitLength(length * 2 ** d.mantissa);

const NO_VALUES = new Int32Array(0);

/** One row of `length` elements from `from` on. */
export function applySoftmax(
  d: SoftmaxDesign,
  table: IntArray,
  method: SoftmaxMethod,
  x: IntArray,
  y: IntArray,
  from: number,
  length: number,
): void {
  const codes = Int32Array.from({ length }, (_, i) => codeOf(x[from + i] as number, d.coding));
  const octave = (c: number): number => c >>> d.stepBits;
  const mantissa = (c: number): number => table[c & (table.length - 1)] as number;
  const top = octave(codes.reduce((a, b) => Math.max(a, b), 0));
  let sum = 0;
  if (method === 'online') {
    const online = new OnlineSum(0, d.stepBits, table);
    for (const c of codes) online.add(c, NO_VALUES, 0);
    sum = online.denominator;
  } else {
    for (const c of codes) sum += roundShift(mantissa(c), top - octave(c));
  }
  // Rounded up: rounded down, shares that lie on a tie, such as those of equal elements, would all fall below it.
  const share = Math.ceil(2 ** d.reciprocal / sum);
  codes.forEach((c, i) => {
    y[from + i] = roundShift(mantissa(c) * share, d.drop + top - octave(c));
  });
}

/** Sentences about widths that do not fit each other. */
export function softmaxProblems(d: SoftmaxDesign, table: IntArray, length: number): string[] {
  const problems: string[] = [];
  const { coding, stepBits, mantissa, drop } = d;
  if (table.length !== 2 ** stepBits) problems.push(`it has ${table.length} mantissas, not 2^${stepBits}`);
  if (table.some((m) => m < 2 ** (mantissa - 1) || m >= 2 ** mantissa)) {
    problems.push(`its mantissas do not all have ${mantissa} bits`);
  }
  if (coding.bits <= stepBits) problems.push(`codes of ${coding.bits} bits have no octave above ${stepBits} bits`);
  if (d.reciprocal > 48 || d.reciprocal < mantissa)
    problems.push(`reciprocal=${d.reciprocal} is not from ${mantissa} to 48`);
  // What the reciprocal is rounded up by must not reach half a unit: no share is more than 1.
  if (drop > d.reciprocal || drop < mantissa + 2)
    problems.push(`drop=${drop} is not from ${mantissa + 2} to ${d.reciprocal}`);
  if (denominatorBits(d, length) > 50) problems.push(`the sum of ${length} weights takes more than 50 bits`);
  return problems;
}

export interface SoftmaxTask {
  readonly length: number;
  readonly scale: number;
  readonly fraction: number;
  readonly x: Interval;
}

/** Parts of the bound that codes, weights and the reciprocal may use. */
const CODE_PART = 1 / 2;
const WEIGHT_PART = 1 / 4;
const RECIPROCAL_PART = 1 / 4;
/** A code is off by half of a step and what its multiplier is off by: `exponential.ts`. */
const CODE_ERROR = 0.5 + 1 / 16;
const MAX_STEP_BITS = 14;
const MAX_CODE_BITS = 24;
const MAX_MANTISSA = 30;

/**
 * Widths whose worst error is at most `lsb` output units: a weight's relative error δ moves its share p by p(1 − p)·2δ at
 * most, so by δ/2; each of the L weights is rounded by half a unit, and 2^(mantissa − 1) units are the least sum.
 */
export function designSoftmax({ length, scale, fraction, x }: SoftmaxTask, lsb: number): SoftmaxDesign | string {
  const unit = 2 ** fraction;
  const stepBits = Math.max(1, Math.ceil(Math.log2((unit * CODE_ERROR * Math.LN2) / 2 / (CODE_PART * lsb))));
  const mantissa = Math.max(stepBits, Math.ceil(Math.log2((unit * (length + 2.5)) / (WEIGHT_PART * lsb))), 2);
  const reciprocal = mantissa + fraction + Math.max(2, Math.ceil(-Math.log2(RECIPROCAL_PART * lsb)));
  const bits = bitsFor(scale, Math.max(-x.lo, x.hi), stepBits);
  if (stepBits > MAX_STEP_BITS) return `its table of exponentials would have 2^${stepBits} entries`;
  if (mantissa > MAX_MANTISSA) return `its weights would have ${mantissa} bits`;
  if (bits > MAX_CODE_BITS)
    return `an input of up to ${codesPerUnit(stepBits) * scale * x.hi} codes takes ${bits} bits`;
  return {
    coding: { ...codingOf(scale, stepBits, bits) },
    stepBits,
    mantissa,
    reciprocal,
    drop: reciprocal - fraction,
  };
}
