import { bitLength, elemRange } from '../../../num/elem.ts';
import { div, gcdOf, neg, type Rational, sign, ZERO } from '../../../num/rational.ts';
import { numel } from '../../../num/tensor.ts';
import { affine } from '../steps.ts';
import type { Stream } from '../values.ts';
import { contiguous, isContiguous, type View, viewShape } from '../view.ts';
import { type Call, refuse } from './operator.ts';

/** A stream as real = scale · integer, the scale positive. */
export interface Uniform {
  readonly value: string;
  readonly scale: Rational;
}

/** Codes beyond this are no activations any more. */
const MOST_BITS = 40;

/**
 * The stream without an offset: zero points and offsets per channel are added in hardware, on the coarsest grid that
 * holds them. `shiftable`: one offset for all does not matter and stays out.
 */
export function uniform(call: Call, s: Stream, shiftable = false): Uniform {
  const { ctx, node } = call;
  const { value, affine: form } = ctx.linear(s, node);
  const [a] = form.a;
  if (!a || form.a.length > 1) refuse(call, 'its input has one scale per channel', 'quantise it per tensor');
  if (sign(a) === 0) refuse(call, 'its input is constant', 'remove it');
  const none = form.b.every((b) => sign(b) === 0) || (shiftable && form.b.length === 1);
  if (none && sign(a) > 0) return { value, scale: a };
  const offsets = none ? [] : form.b;
  const grid = offsets.reduce(gcdOf, sign(a) < 0 ? neg(a) : a);
  const gain = div(a, grid);
  const { lo, hi } = elemRange(ctx.builder.type(value).elem);
  const shifts = offsets.map((b) => div(b, grid));
  const reach = [...shifts, gain].reduce((n, x) => Math.max(n, x.num.toString(2).length), 0);
  const bits = bitLength(Math.max(-lo, hi)) + reach;
  if (bits > MOST_BITS) {
    const why = `its offsets lie between its codes (on a common grid they take ${bits} bits)`;
    refuse(call, why, 'quantise its input, or use scales that are powers of two');
  }
  const step = affine([gain], shifts.length === 0 ? [ZERO] : shifts);
  return { value: ctx.quantise(value, [step], node), scale: grid };
}

/** The IR value as rows `[rows, C]` of one axis of the model's tensor, and the view of that memory. */
export function rowsAlong(
  call: Call,
  s: Pick<Stream, 'view'>,
  value: string,
  axis: number,
): { readonly value: string; readonly view: View; readonly shape: readonly number[] } {
  const logical = viewShape(s.view);
  const width = logical[axis] ?? 1;
  const shape = [numel(logical) / width, width];
  if (isContiguous(s.view, [axis])) return { value: call.ctx.reshaped(value, shape, call.node), view: s.view, shape };
  const order = [...logical.map((_, i) => i).filter((i) => i !== axis), axis];
  const memory = contiguous(order.map((i) => logical[i] ?? 1));
  const view = logical.map((_, i) => memory[order.indexOf(i)] ?? []);
  return { value: call.ctx.arranged(value, s, order, shape, call.node), view, shape };
}
