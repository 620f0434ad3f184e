import { divisors } from '../../../src/kernels/divisors.ts';
import type { KernelCase, Rng } from '../case.ts';
import { elemUpTo } from './elements.ts';

/** Small matrices at every folding, both ways round, in LUTs and DSPs; rows, heads and columns of one included. */
export function sample(rng: Rng): KernelCase {
  const H = rng.pick([1, 1, 2, 3]);
  const N = rng.pick([1, 2, 3, 5]);
  const K = rng.pick([1, 2, 3, 4, 8]);
  const M = rng.pick([1, 2, 3, 4, 6]);
  const [SIMD, PE] = [rng.pick(divisors(K)), rng.pick(divisors(M))];
  const transposeB = rng.chance(0.5);
  const wide = rng.pick([4, 8, 12]);
  return {
    kind: 'matmul',
    attrs: { heads: H, transposeB, H, N, K, M, PE, SIMD, mult: rng.pick(['auto', 'lut', 'dsp']) },
    inputs: [
      { shape: [N * H * K], elem: elemUpTo(rng, wide), lanes: SIMD },
      { shape: [M * H * K], elem: elemUpTo(rng, wide), lanes: transposeB ? SIMD : PE },
    ],
    consts: {},
  };
}
