import { divisors } from '../../../src/kernels/divisors.ts';
import type { KernelCase, Rng } from '../case.ts';
import { elemUpTo } from './elements.ts';

/** One pass, whole passes and parts of them; one row, one beat. */
export function sample(rng: Rng): KernelCase {
  const groups = rng.int(1, 3);
  const width = rng.int(1, 6);
  const rows = rng.int(1, 9);
  const total = rng.pick([rows, 2 * rows, rows * rng.int(1, 5) + rng.int(0, rows - 1)]);
  const SIMD = rng.pick(divisors(width));
  const channels = groups * width;
  const elem = elemUpTo(rng, 12);
  return {
    kind: 'replay',
    attrs: { rows, total, channels, groups, SIMD },
    inputs: [{ shape: [rows * channels], elem, lanes: SIMD }],
    consts: {},
    outputs: [elem],
  };
}
