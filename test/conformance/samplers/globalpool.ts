import { divisors } from '../../../src/kernels/divisors.ts';
import type { Sampler } from '../case.ts';
import { sampleElem } from './swg.ts';

/** Frames of 1 to 25 pixels at every legal PE. */
export const sample: Sampler = (rng) => {
  const C = rng.pick([1, 2, 3, 4, 6, 8, 12]);
  const PE = rng.pick(divisors(C));
  const pixels = rng.pick([1, 2, 3, 4, 9, 16, 25]);
  const attrs = { kind: rng.pick(['max', 'sum']), pixels, C, PE };
  return {
    kind: 'globalpool',
    attrs,
    inputs: [{ shape: [pixels * C], elem: sampleElem(rng), lanes: PE }],
    consts: {},
  };
};
