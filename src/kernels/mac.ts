/** What the multiply-accumulate kernels (MVU, VVU) share: how a product is made, its latency, and its weights. */
import { Type } from 'typebox';
import type { Const } from '../ir/graph.ts';
import { bitLength, type ElemType, elemRange, toBits } from '../num/elem.ts';
import { valueRange } from '../num/tensor.ts';

/** How products are made: in LUTs, in hardware multipliers, or whichever is better for the types. */
export type Mult = 'auto' | 'lut' | 'dsp';

export const multSchema = Type.Union([Type.Literal('auto'), Type.Literal('lut'), Type.Literal('dsp')]);

/** Widest factor of a product. */
const MAX_FACTOR_BITS = 32;

/** LUTs that a multiplier in logic may take before `auto` prefers a DSP block. */
const LUTS_PER_DSP = 30;

/** Verilog's numbers for the kinds of factors. */
const KIND = { uint: 0, int: 1, bipolar: 2, ternary: 3 } as const;

/** Constants never change: their kind is found once, for a solver asks thousands of times. */
const kinds = new WeakMap<Const, keyof typeof KIND>();

/** Two-bit weights that are never −2 need no multiplier: they add, subtract or drop. */
function weightKind(w: Const): keyof typeof KIND {
  const known = kinds.get(w);
  if (known) return known;
  const kind = w.elem.kind === 'int' && w.elem.bits === 2 && valueRange(w.data).lo >= -1 ? 'ternary' : w.elem.kind;
  kinds.set(w, kind);
  return kind;
}

/** True where a product is a gate, a negation or a choice, not a multiplication. */
export function isTrivial(x: ElemType, w: Const): boolean {
  const kind = weightKind(w);
  if (x.kind === 'bipolar' || kind === 'bipolar' || kind === 'ternary') return true;
  return (kind === 'uint' && w.elem.bits === 1) || (x.kind === 'uint' && x.bits === 1);
}

/** LUTs of one multiplier of `sluice_mvu_booth.v`: a first row of two LUTs per bit, then one LUT per bit and row. */
export function boothLuts(x: ElemType, w: ElemType): number {
  const signed = (e: ElemType): number => e.bits + (e.kind === 'uint' ? 1 : 0);
  const short = Math.min(signed(x), signed(w));
  const long = Math.max(signed(x), signed(w));
  const digits = Math.ceil(short / 2);
  return digits === 1 ? long + 1 : 2 * long + (digits - 1) * (long + 2) - 1;
}

export function usesDsp(mult: Mult, x: ElemType, w: Const): boolean {
  if (isTrivial(x, w) || mult === 'lut') return false;
  return mult === 'dsp' || boothLuts(x, w.elem) > LUTS_PER_DSP;
}

/** The kinds of multipliers that a solver may choose from: both, unless one is asked for or there is nothing to multiply. */
export const multVariants = (mult: Mult, x: ElemType, w: Const): readonly { readonly mult: Mult }[] =>
  mult === 'auto' && !isTrivial(x, w) ? [{ mult: 'lut' }, { mult: 'dsp' }] : [];

/** Bits of the factors of one multiplier block, both signed. */
const BLOCK = { multiplicand: 27, multiplier: 18 } as const;

/**
 * How rows share multiplier blocks: 0 = not at all; 1 = a block makes the products of two rows with one activation;
 * 2 = and two blocks add theirs before the rows are told apart, which takes one bit more.
 */
export type Join = 0 | 1 | 2;

/** Stands for a stream where a factor is asked for by its type alone: a constant with the extremes of the type. */
export function anyOf(elem: ElemType): Const {
  const { lo, hi } = elemRange(elem);
  return { shape: [2], elem, data: Float64Array.of(lo, hi) };
}

/** The closest sharing whose factors fit a block, as in `sluice_mvu_pair.v`; for MVUs, whose rows share activations. */
export function joinOf(dsp: boolean, x: ElemType, w: ElemType, pe: number, simd: number): Join {
  if (!dsp || pe < 2 || x.bits + (x.kind === 'uint' ? 1 : 0) > BLOCK.multiplier) return 0;
  const field = x.bits + w.bits + (x.kind === 'uint' && w.kind === 'uint' ? 1 : 0);
  const spare = BLOCK.multiplicand - (field + w.bits + 1);
  if (spare < 0) return 0;
  return spare > 0 && simd > 1 ? 2 : 1;
}

/**
 * Register stages from the issue of a beat to the accumulator, as in `sluice_mvu.v`. The first one after the memories
 * comes before the adder tree where products are registered by themselves, after its first level otherwise.
 */
export function macLatency(simd: number, productsRegistered: boolean): number {
  const levels = bitLength(simd - 1);
  return 3 + Math.floor((levels + (productsRegistered || levels === 0 ? 1 : 0)) / 2);
}

/** Why these types cannot be multiplied; empty when they can. */
export function factorProblems(x: ElemType, w: ElemType): string[] {
  const named: [string, ElemType][] = [
    ['activations', x],
    ['weights', w],
  ];
  return named
    .filter(([, e]) => e.bits > MAX_FACTOR_BITS)
    .map(([what, e]) => `${what} of ${e.bits} bits: at most ${MAX_FACTOR_BITS}`);
}

/** Parameters of the product and the accumulator in `sluice_mvu_lane.v`. */
export function macParams(x: ElemType, w: Const, accBits: number, dsp: boolean): { readonly [name: string]: number } {
  return {
    X_KIND: KIND[x.kind],
    X_BITS: x.bits,
    W_KIND: KIND[weightKind(w)],
    W_BITS: w.elem.bits,
    DSP: dsp ? 1 : 0,
    ACC_BITS: accBits,
  };
}

/** The weight memory: word `a` holds the weights that beat `a` of a sweep needs, `[PE][SIMD]`, PE 0 in the low bits. */
export interface WeightWords {
  readonly pe: number;
  readonly simd: number;
  readonly depth: number;
  /** Index into the weights of PE `p`, lane `s` in word `a`. */
  readonly index: (a: number, p: number, s: number) => number;
}

export function weightHex(w: Const, m: WeightWords): string[] {
  return Array.from({ length: m.depth }, (_, a) => {
    const codes: number[] = [];
    for (let p = 0; p < m.pe; p++) {
      for (let s = 0; s < m.simd; s++) codes.push(toBits(w.elem, w.data[m.index(a, p, s)] as number));
    }
    return packHex(codes, w.elem.bits);
  });
}

/** The weights as `[PE][depth][SIMD]`: the shape of the HLS array. */
export function weightArray(w: Const, m: WeightWords): number[] {
  const out: number[] = [];
  for (let p = 0; p < m.pe; p++) {
    for (let a = 0; a < m.depth; a++) {
      for (let s = 0; s < m.simd; s++) out.push(w.data[m.index(a, p, s)] as number);
    }
  }
  return out;
}

/** Codes of `bits` bits each (at most 32), the first in the low bits, as hexadecimal, most significant digit first. */
export function packHex(codes: readonly number[], bits: number): string {
  const digits: string[] = [];
  let held = 0;
  let fill = 0;
  for (const code of codes) {
    held += code * 2 ** fill;
    for (fill += bits; fill >= 4; fill -= 4) {
      digits.push((held % 16).toString(16));
      held = Math.floor(held / 16);
    }
  }
  if (fill > 0) digits.push(held.toString(16));
  return digits.reverse().join('');
}

/** The C++ type of an element. */
export function cppType(e: ElemType): string {
  if (e.kind === 'bipolar') return 'sluice::bipolar';
  return `${e.kind === 'int' ? 'ap_int' : 'ap_uint'}<${e.bits}>`;
}

/** Library files that hold the modules of one processing element. */
export const MAC_FILES = ['extend', 'delay', 'booth', 'mul', 'tree', 'sum', 'lane', 'rom'].map(
  (f) => `sluice_mvu_${f}.v`,
);
