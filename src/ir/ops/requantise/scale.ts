import { shiftRight, shiftRightBig, type Ties } from '../../../num/shift.ts';
import type { IntArray } from '../../../num/tensor.ts';
import type { Const } from '../../graph.ts';
import { atRow } from '../rows.ts';

/**
 * `y = clamp(floor((x · mul[c] + add[c]) / 2^shift), lo, hi)`; `mul` and `add` are `[C]` or `[1]`. With ties to even, an
 * odd quotient of a division without rest becomes the even number below it, before the clamp.
 */
export interface Scaling {
  readonly mul: Const;
  readonly add: Const;
  readonly shift: number;
  readonly ties: Ties;
  readonly lo: number;
  readonly hi: number;
}

const EXACT = 2 ** 53;

/** One element, exact whatever the size of the product. */
function scaleOne(x: number, mul: number, add: number, { shift, ties, lo, hi }: Scaling): number {
  const product = x * mul;
  // A product that rounds below 2^53 was exact.
  const exact = Math.abs(product) + Math.abs(add) < EXACT;
  const y = exact ? shiftRight(product + add, shift, ties) : scaleBig([x, mul, add], shift, ties);
  return y < lo ? lo : y > hi ? hi : y;
}

/** Before the clamp; the result is rounded to a double only where it is beyond every clamp. */
function scaleBig([x, mul, add]: readonly [number, number, number], shift: number, ties: Ties): number {
  return Number(shiftRightBig(BigInt(x) * BigInt(mul) + BigInt(add), shift, ties));
}

/** The value of one channel's function. */
export function scaleAt(f: Scaling, x: number, channel: number): number {
  return scaleOne(x, atRow(f.mul, channel), atRow(f.add, channel), f);
}

/** Applies the functions to a flat array whose innermost axis has `channels` entries. */
export function applyScaling(f: Scaling, x: IntArray, y: IntArray, channels: number): void {
  for (let c = 0; c < channels; c++) {
    const mul = atRow(f.mul, c);
    const add = atRow(f.add, c);
    for (let i = c; i < x.length; i += channels) y[i] = scaleOne(x[i] as number, mul, add, f);
  }
}
