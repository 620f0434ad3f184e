import { elemFor, elemRange } from '../../../src/num/elem.ts';
import { valueRange } from '../../../src/num/tensor.ts';
import type { KernelCase, Rng } from '../case.ts';
import { channelwise, constant, elemUpTo } from './elements.ts';

/**
 * Inputs up to 32 bits, multipliers up to 31 bits of both signs and zero, shifts up to 40, clamps that bind or not; half
 * of them power-of-two scales, where many sums leave no rest and the two kinds of ties differ.
 */
export function sample(rng: Rng): KernelCase {
  const dyadic = rng.chance(0.5);
  const elem = elemUpTo(rng, dyadic ? 12 : 32);
  const shared = rng.chance(0.3);
  const attrs = channelwise(rng, shared);
  const rows = shared ? 1 : attrs.channels;
  const size = 2 ** (dyadic ? rng.int(1, 3) : rng.int(0, 31)) - 1;
  const mul = Array.from({ length: rows }, () => (rng.chance(0.1) ? 0 : rng.int(rng.chance(0.3) ? -size : 0, size)));
  // A shift that leaves some bits of the product, most of the time.
  const { lo, hi } = elemRange(elem);
  const product = Math.max(-lo, hi) * Math.max(1, size);
  const shift = rng.chance(dyadic ? 0.7 : 0.2)
    ? rng.int(0, dyadic ? 4 : 40)
    : Math.max(0, Math.ceil(Math.log2(product)) - rng.int(0, 12));
  const ties = shift > 0 && rng.chance(dyadic ? 0.8 : 0.3) ? 'even' : 'up';
  // On a dyadic grid all addends are multiples of a half.
  const grid = dyadic && shift > 0 ? 2 ** (shift - 1) : 1;
  const addSize = rng.chance(dyadic ? 0 : 0.3) ? 0 : Math.floor(Math.min(2 ** 45, 2 ** shift * rng.int(1, 8)) / grid);
  const add = Array.from({ length: rng.chance(0.2) ? 1 : rows }, () => grid * rng.int(-addSize, addSize));
  const bits = rng.int(dyadic ? 6 : 1, 16);
  const [low, high] = rng.pick([
    [0, 2 ** bits - 1],
    [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1],
    [-(2 ** 31), 2 ** 31 - 1],
    [-3, 5],
  ] as const);
  return {
    kind: 'requantise',
    attrs: { ...attrs, shift, ties, lo: low, hi: high },
    inputs: [{ shape: [attrs.channels * attrs.pixels], elem, lanes: attrs.PE }],
    consts: {
      mul: constant([rows], elemFor(valueRange(mul)), mul),
      add: constant([add.length], elemFor(valueRange(add)), add),
    },
  };
}
