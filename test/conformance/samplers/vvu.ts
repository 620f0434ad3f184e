import { divisors } from '../../../src/kernels/divisors.ts';
import { factor, weights } from '../../kernels/mvu-factors.ts';
import type { Sampler } from '../case.ts';

/** Wider than any weight: a network without an input quantiser has wide inputs. */
const WIDEST_ACTIVATION = 24;

/** Windows of up to 25 positions and up to 12 channels, at every folding, with frames of at most 400 cycles. */
export const sample: Sampler = (rng) => {
  const channels = rng.int(1, 12);
  const window = rng.pick([1, 2, 3, 4, 6, 9, 9, 16, 25]);
  const PE = rng.pick(divisors(channels));
  const SIMD = rng.pick(divisors(window));
  const perPixel = (channels * window) / (PE * SIMD);
  const pixels = rng.int(1, Math.max(1, Math.min(8, Math.floor(400 / perPixel))));
  return {
    kind: 'vvu',
    attrs: { channels, window, pixels, PE, SIMD, mult: rng.pick(['auto', 'lut', 'dsp']) },
    inputs: [{ shape: [pixels * window * channels], elem: factor(rng, WIDEST_ACTIVATION), lanes: SIMD * PE }],
    consts: { weight: weights(rng, [channels, window]) },
  };
};
