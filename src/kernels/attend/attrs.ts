import type { Const } from '../../ir/graph.ts';
import type { OpContext } from '../../ir/op.ts';
import { largestSum, meanRange, sumBits, type Weighing } from '../../ir/ops/attend/weigh.ts';
import { type ElemType, elemRange, uint } from '../../num/elem.ts';
import { anyOf, type Mult, usesDsp } from '../mac.ts';
import { signedBits } from '../widths.ts';

/** `columns` elements of one head; the rota and the integers of the op. */
export type AttendKernelAttrs = {
  readonly queries: number;
  readonly keys: number;
  readonly slots: number;
  readonly heads: number;
  readonly columns: number;
  readonly stepBits: number;
  readonly reciprocalBits: number;
  readonly fraction: number;
  readonly SIMD: number;
  readonly mult: Mult;
};

export type AttendContext = OpContext<AttendKernelAttrs>;

export const codeElem = (ctx: AttendContext): ElemType => ctx.inputs[0]?.elem as ElemType;
export const valueElem = (ctx: AttendContext): ElemType => ctx.inputs[1]?.elem as ElemType;
export const tableOf = (ctx: AttendContext): Const => ctx.consts['mantissas'] as Const;
export const attendDsp = (ctx: AttendContext): boolean =>
  usesDsp(ctx.attrs.mult, valueElem(ctx), anyOf(uint(tableOf(ctx).elem.bits)));

export function weighingOf(ctx: AttendContext): Weighing {
  const { queries, keys, slots, heads, columns, stepBits, reciprocalBits, fraction } = ctx.attrs;
  const rota = { queries, keys, slots, heads, width: columns };
  const range = meanRange(valueElem(ctx), fraction);
  return { ...rota, stepBits, reciprocalBits, fraction, range, table: tableOf(ctx).data };
}

/** Issue slots of one step. */
export const beatsPerStep = ({ heads, columns, SIMD }: AttendKernelAttrs): number => (heads * columns) / SIMD;

/** Bits of the sums and of what divides them. */
export interface AttendWidths {
  readonly mantissa: number;
  /** Of the sum of weights, unsigned. */
  readonly den: number;
  /** Of the weighted sums, signed. */
  readonly acc: number;
  readonly quotient: number;
}

export function attendWidths(ctx: AttendContext): AttendWidths {
  const mantissa = tableOf(ctx).elem.bits;
  const { keys, reciprocalBits } = ctx.attrs;
  const { lo, hi } = elemRange(valueElem(ctx));
  const most = largestSum(keys, mantissa);
  return {
    mantissa,
    den: sumBits(keys, mantissa),
    acc: signedBits({ lo: Math.min(0, lo * most), hi: Math.max(0, hi * most) }),
    // The sum of weights is 2^(mantissa − 1) at least.
    quotient: reciprocalBits - mantissa + 2,
  };
}

/** Registers before the division: hold, exponential, octave, weight, product, sum, selection. */
const STAGES_BEFORE = 7;
/** And after it: product, result. */
const STAGES_AFTER = 2;

export const attendLatency = (ctx: AttendContext): number => STAGES_BEFORE + attendWidths(ctx).quotient + STAGES_AFTER;

/**
 * Bits of the memories: octaves, sums of weights and weighted sums per slot and head, mantissas, and rows that wait for
 * their division. Independent of the numbers of queries and keys, up to 4096 keys.
 */
export function attendMemoryBits(ctx: AttendContext): number {
  const { slots, heads, columns, SIMD, stepBits } = ctx.attrs;
  const w = attendWidths(ctx);
  const octave = codeElem(ctx).bits - stepBits + 1;
  const sums = slots * heads * (octave + w.den + columns * w.acc);
  return sums + 2 ** stepBits * w.mantissa + w.quotient * SIMD * w.acc;
}
