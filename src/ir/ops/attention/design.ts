/** Integers for an attention: from an error bound in output units to codes, mantissas and reciprocals. */
import { type ElemType, elemRange, type Interval } from '../../../num/elem.ts';
import type { Closeness, Design } from '../../op.ts';
import { meanRange, sumBits } from '../attend/weigh.ts';
import { bitsFor, codingOf, mantissas } from '../exponential.ts';
import { dotRange } from '../scores/codes.ts';
import { probeFrames } from './probes.ts';
import { occupancy } from './rota.ts';
import { type AttentionContext, type AttentionDesign, shapeOf } from './shape.ts';

/** How the bound is shared: rounding of scores to codes, of weights to integers, of the reciprocal. */
const SHARE = { codes: 0.7, weights: 0.25, reciprocal: 0.05 } as const;

/** Queries in parallel where nothing is asked for, and the occupancy that they should keep. */
const USUAL_SLOTS = 16;
const GOOD_OCCUPANCY = 0.95;

/** Octaves that codes of a given width span where they cannot hold all scores. */
const OCTAVE_BITS = 3;
const STEP_BITS = { least: 1, most: 10 } as const;
const MANTISSA_BITS = { least: 4, most: 20 } as const;
const SCORE_BITS = 24;
/** Bits of a reciprocal and a value together that stay exact in double precision. */
const EXACT_BITS = 51;

/** The most queries in parallel, up to 16, whose slots are 95 % occupied; the best occupied where there are none. */
function chooseSlots(queries: number, keys: number): number {
  const all = Array.from({ length: Math.min(USUAL_SLOTS, keys, queries) }, (_, i) => i + 1);
  const of = (slots: number): number => occupancy({ queries, keys, slots });
  const good = all.filter((slots) => of(slots) >= GOOD_OCCUPANCY);
  return good.at(-1) ?? all.reduce((a, b) => (of(b) > of(a) ? b : a), 1);
}

const clampTo = (v: number, { least, most }: { least: number; most: number }): number =>
  Math.min(most, Math.max(least, v));
const log2Above = (v: number): number => Math.ceil(Math.log2(v));

/**
 * The number of codes per octave. Codes that are off by at most 9/16 move a mean of values within `span` output units by
 * `span · tanh(9/16 · ln 2 / 2^stepBits / 2)` at most, below `span · 0.195 / 2^stepBits`.
 */
const stepBitsFor = (span: number, lsb: number): number => log2Above((0.195 * span) / (SHARE.codes * lsb));

/**
 * Bits of a mantissa. Each weight is off by half a unit, the largest has the upper bit: all keys together move the mean
 * by `span · keys / 2 / 2^(bits − 1)` at most.
 */
const mantissaBitsFor = (span: number, keys: number, lsb: number): number =>
  log2Above((span * keys) / (SHARE.weights * lsb));

/** Bits of the score codes and of their octaves' mantissas' index; asked for, or all scores without a clamp. */
function codeBits(ctx: AttentionContext, largest: number, wanted: number): { bits: number; stepBits: number } {
  const { scoreBits, stepBits, scale } = ctx.attrs;
  if (stepBits > 0) return { stepBits, bits: scoreBits > 0 ? scoreBits : bitsFor(scale, largest, stepBits) };
  if (scoreBits === 0) {
    let step = wanted;
    while (step > STEP_BITS.least && bitsFor(scale, largest, step) > SCORE_BITS) step--;
    return { stepBits: step, bits: bitsFor(scale, largest, step) };
  }
  // The finest codes that still hold all scores, or a window of 2^3 octaves around 0.
  let step = Math.min(wanted, scoreBits - 1);
  while (step > Math.max(STEP_BITS.least, scoreBits - OCTAVE_BITS) && bitsFor(scale, largest, step) > scoreBits) step--;
  return { stepBits: step, bits: scoreBits };
}

const magnitude = ({ lo, hi }: Interval): number => Math.max(-lo, hi);

export function designAttention(ctx: AttentionContext, { lsb }: Closeness): Design | undefined {
  const { attrs, inputs } = ctx;
  if (attrs.design) return undefined;
  const [q, k, v] = inputs.map((t) => t.elem) as [ElemType, ElemType, ElemType];
  const s = shapeOf(ctx);
  const mean = meanRange(v, attrs.fraction);
  const range = elemRange(v);
  const span = (range.hi - range.lo) * 2 ** attrs.fraction;
  const largest = magnitude(dotRange(s.width, q, k));
  const finest = { ...STEP_BITS, most: Math.min(STEP_BITS.most, attrs.mantissaBits || STEP_BITS.most) };
  const { bits, stepBits } = codeBits(ctx, largest, clampTo(stepBitsFor(span, lsb), finest));
  const least = Math.max(stepBits, MANTISSA_BITS.least);
  const mantissaBits =
    attrs.mantissaBits || Math.max(least, clampTo(mantissaBitsFor(span, s.keys, lsb), MANTISSA_BITS));
  const reciprocalBits = Math.min(
    EXACT_BITS - v.bits,
    sumBits(s.keys, mantissaBits) + Math.max(2 + attrs.fraction, log2Above(magnitude(mean) / (SHARE.reciprocal * lsb))),
  );
  const slots = attrs.slots || chooseSlots(s.queries, s.keys);
  const design: AttentionDesign = { ...codingOf(attrs.scale, stepBits, bits), stepBits, reciprocalBits, slots };
  const held = bitsFor(attrs.scale, largest, stepBits) <= bits;
  const busy = (100 * occupancy({ queries: s.queries, keys: s.keys, slots })).toFixed(1);
  const end = ((2 ** (bits - 1) * Math.LN2) / 2 ** stepBits).toFixed(2);
  return {
    attrs: { ...attrs, design },
    consts: { mantissas: mantissas(stepBits, mantissaBits) },
    note:
      `one pass, ${slots} queries in parallel (slots ${busy} % occupied), ${2 ** stepBits} mantissas of ${mantissaBits} bits, ` +
      `scores of ${bits} bits ${held ? 'without a clamp' : `clamped at ±${end}`}, reciprocal of 2^${reciprocalBits}`,
    probes: () => probeFrames(ctx),
  };
}
