import type { Rational } from '../../../num/rational.ts';
import type { Linear } from '../context.ts';
import { type Affine, affine } from '../steps.ts';
import { carriedChannels, type View } from '../view.ts';
import { type Call, refuse } from './operator.ts';

/**
 * The affine of a stream after its data are brought into another memory order: its entries along the channels there.
 * Refuses, with `why`, where pixels of one channel would need entries of their own.
 */
export function affineAlong(
  call: Call,
  { value, affine: { a, b } }: Linear,
  view: View,
  to: { readonly view: View; readonly channels: number },
  why: string,
): Affine {
  if (a.length === 1 && b.length === 1) return affine(a, b);
  const channels = call.ctx.builder.type(value).shape.at(-1) ?? 1;
  const from = carriedChannels({ view, channels }, to);
  if (!from) refuse(call, why, 'quantise its input per tensor');
  const along = (v: readonly Rational[]): readonly Rational[] =>
    v.length === 1 ? v : from.map((i) => v[i] as Rational);
  return affine(along(a), along(b));
}
