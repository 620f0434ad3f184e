import type { Const } from '../../ir/graph.ts';
import type { OpContext } from '../../ir/op.ts';
import type { Scoring } from '../../ir/ops/scores/codes.ts';
import type { ElemType } from '../../num/elem.ts';
import { anyOf, type Mult, usesDsp } from '../mac.ts';

/** `columns` elements of one head; the rota and the coding of the op. */
export type ScoresKernelAttrs = {
  readonly queries: number;
  readonly keys: number;
  readonly slots: number;
  readonly heads: number;
  readonly columns: number;
  readonly causal: boolean;
  readonly mul: number;
  readonly add: number;
  readonly shift: number;
  readonly bits: number;
  readonly SIMD: number;
  readonly mult: Mult;
};

export type ScoresContext = OpContext<ScoresKernelAttrs>;

export const queryElem = (ctx: ScoresContext): ElemType => ctx.inputs[0]?.elem as ElemType;
export const keyElem = (ctx: ScoresContext): ElemType => ctx.inputs[1]?.elem as ElemType;
export const scoresDsp = (ctx: ScoresContext): boolean => usesDsp(ctx.attrs.mult, keyElem(ctx), anyOf(queryElem(ctx)));

export function scoringOf({ attrs, consts }: ScoresContext): Scoring {
  const { queries, keys, slots, heads, columns, causal, mul, add, shift, bits } = attrs;
  const mask: Const | undefined = consts['mask'];
  return { queries, keys, slots, heads, width: columns, causal, mask, coding: { mul, add, shift, bits } };
}

/** Issue slots of one step. */
export const beatsPerStep = ({ heads, columns, SIMD }: ScoresKernelAttrs): number => (heads * columns) / SIMD;

/** Bits of the memories that hold queries: independent of how many there are, and of the keys. */
export const scoresMemoryBits = (ctx: ScoresContext): number =>
  ctx.attrs.slots * ctx.attrs.heads * ctx.attrs.columns * queryElem(ctx).bits;
