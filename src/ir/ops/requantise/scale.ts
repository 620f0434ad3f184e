import type { IntArray } from '../../../num/tensor.ts';
import type { Const } from '../../graph.ts';
import { atRow } from '../rows.ts';

/** `y = clamp(floor((x · mul[c] + add[c]) / 2^shift), lo, hi)`; `mul` and `add` are `[C]` or `[1]`. */
export interface Scaling {
  readonly mul: Const;
  readonly add: Const;
  readonly shift: number;
  readonly lo: number;
  readonly hi: number;
}

const EXACT = 2 ** 53;

/** One element, exact whatever the size of the product. */
export function scaleOne(x: number, mul: number, add: number, { shift, lo, hi }: Scaling): number {
  const product = x * mul;
  // A product that rounds below 2^53 was exact.
  const exact = Math.abs(product) + Math.abs(add) < EXACT;
  const y = exact ? Math.floor((product + add) / 2 ** shift) : scaleBig(x, mul, add, shift);
  return y < lo ? lo : y > hi ? hi : y;
}

/** Before the clamp; the result is rounded to a double only where it is beyond every clamp. */
function scaleBig(x: number, mul: number, add: number, shift: number): number {
  return Number((BigInt(x) * BigInt(mul) + BigInt(add)) >> BigInt(shift));
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
