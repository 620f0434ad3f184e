import type { Const } from '../../../src/ir/graph.ts';
import { divisors } from '../../../src/kernels/divisors.ts';
import { bipolar, type ElemType, int, uint } from '../../../src/num/elem.ts';
import { allocate } from '../../../src/num/tensor.ts';
import type { Rng } from '../case.ts';

/** Any element type of at most `bits` bits, small ones and the bipolar one more often. */
export function elemUpTo(rng: Rng, bits: number): ElemType {
  if (rng.chance(0.12)) return bipolar;
  const width = rng.chance(0.5) ? rng.int(1, Math.min(bits, 8)) : rng.int(1, bits);
  return rng.chance(0.5) ? int(width) : uint(width);
}

export function constant(shape: readonly number[], elem: ElemType, values: readonly number[]): Const {
  const data = allocate(values.length, elem);
  data.set(values);
  return { shape, elem, data };
}

/** Channels, pixels and a legal PE of a channel-wise kernel; small frames. */
export function channelwise(rng: Rng, shared: boolean): { channels: number; pixels: number; PE: number } {
  const channels = rng.pick([1, 2, 3, 4, 5, 6, 8, 12, 16, 24]);
  const pixels = rng.int(1, 6);
  return { channels, pixels, PE: rng.pick(divisors(shared ? channels * pixels : channels)) };
}
