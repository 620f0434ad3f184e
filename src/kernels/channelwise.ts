import { Type } from 'typebox';
import type { Attrs } from '../ir/graph.ts';
import type { OpContext } from '../ir/op.ts';
import type { ElemKind } from '../num/elem.ts';
import { numel } from '../num/tensor.ts';
import { lanesOf } from './axis.ts';
import { divisors } from './divisors.ts';
import type { FoldingSpace } from './kernel.ts';

/** Attributes of kernels that treat each element by its channel: `pixels · channels` elements, PE per beat. */
export type ChannelwiseAttrs = { readonly channels: number; readonly pixels: number; readonly PE: number };

/** Schema of {@link ChannelwiseAttrs}. */
export const channelwiseSchema = {
  channels: Type.Integer({ minimum: 1 }),
  pixels: Type.Integer({ minimum: 1 }),
  PE: Type.Integer({ minimum: 1 }),
};

/**
 * The number of elements after which the constants repeat: the channels, or the whole frame where one row of
 * constants serves all channels. PE divides it.
 */
function spanOf({ channels, pixels }: ChannelwiseAttrs, rows: number): number {
  return rows === 1 ? channels * pixels : channels;
}

/** Beats after which the constants repeat; 1 where one row of constants serves all channels. */
export function foldsOf({ channels, PE }: ChannelwiseAttrs, rows: number): number {
  return rows === 1 ? 1 : channels / PE;
}

/** The channel of lane `lane` in channel fold `fold`; row 0 where one row serves all. */
export function rowOfLane({ PE }: ChannelwiseAttrs, rows: number, fold: number, lane: number): number {
  return rows === 1 ? 0 : fold * PE + lane;
}

/** Sentences about PE and the sizes of the inputs. */
export function channelwiseProblems(attrs: ChannelwiseAttrs, ctx: OpContext, rows: number): string[] {
  const { channels, pixels, PE } = attrs;
  const size = channels * pixels;
  const out = ctx.inputs
    .filter((type) => numel(type.shape) !== size)
    .map((type) => `input has ${numel(type.shape)} elements, not ${pixels} pixels of ${channels} channels`);
  for (const type of ctx.inputs) {
    if (lanesOf(type) !== PE) out.push(`input has ${lanesOf(type)} lanes, not PE=${PE}`);
  }
  if (spanOf(attrs, rows) % PE !== 0) out.push(explainPe(PE, attrs, rows));
  return out;
}

function explainPe(pe: number, attrs: ChannelwiseAttrs, rows: number): string {
  return `PE=${pe} does not divide the ${rows === 1 ? 'elements' : 'channels'}, ${spanOf(attrs, rows)}`;
}

/** The folding of a channel-wise kernel: PE, any divisor of what the constants repeat after. */
export function peFolding<A extends Attrs & ChannelwiseAttrs>(rows: (ctx: OpContext<A>) => number): FoldingSpace<A> {
  return {
    knobs: ['PE'],
    legal: (_knob, ctx) => divisors(spanOf(ctx.attrs, rows(ctx))),
    explain: (_knob, value, ctx) => explainPe(value, ctx.attrs, rows(ctx)),
  };
}

/** How the Verilog library names an element's encoding: 0 unsigned, 1 two's complement, 2 bipolar. */
export const KIND_CODE: Record<ElemKind, number> = { uint: 0, int: 1, bipolar: 2 };

/** C++ type of integers of `bits`. */
export const cppInt = (bits: number, signed: boolean): string => `${signed ? 'ap_int' : 'ap_uint'}<${bits}>`;
