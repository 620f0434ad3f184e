import { divisors } from '../../../src/kernels/divisors.ts';
import { factor, weights } from '../../kernels/mvu-factors.ts';
import type { Sampler } from '../case.ts';

/** Wider than any weight: a network without an input quantiser has wide inputs. */
const WIDEST_ACTIVATION = 24;

/** Matrices of up to 24 by 32, at every folding, with frames of at most 400 cycles. */
export const sample: Sampler = (rng) => {
  const groups = rng.pick([1, 1, 1, 2, 3]);
  const MW = rng.int(1, rng.chance(0.2) ? 32 : 12);
  const rows = rng.int(1, rng.chance(0.2) ? 24 : 8);
  const SIMD = rng.pick(divisors(MW));
  const PE = rng.pick(divisors(rows));
  const perVector = (groups * MW * rows) / (SIMD * PE);
  const vectors = rng.int(1, Math.max(1, Math.min(6, Math.floor(400 / perVector))));
  return {
    kind: 'mvu',
    attrs: { MW, MH: groups * rows, groups, vectors, PE, SIMD, mult: rng.pick(['auto', 'lut', 'dsp']) },
    inputs: [{ shape: [vectors * groups * MW], elem: factor(rng, WIDEST_ACTIVATION), lanes: SIMD }],
    consts: { weight: weights(rng, [groups * rows, MW]) },
  };
};
