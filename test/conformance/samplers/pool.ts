import { divisors } from '../../../src/kernels/divisors.ts';
import type { Sampler } from '../case.ts';
import { sampleElem } from './swg.ts';

/** Windows of 1 to 25 positions at every legal PE. */
export const sample: Sampler = (rng) => {
  const C = rng.pick([1, 2, 3, 4, 6, 8]);
  const PE = rng.pick(divisors(C));
  const K = rng.pick([1, 2, 3, 4, 6, 9, 25]);
  const pixels = rng.int(1, Math.max(1, Math.min(9, Math.floor((400 * PE) / (K * C)))));
  const attrs = { kind: rng.pick(['max', 'sum']), pixels, K, C, PE };
  return { kind: 'pool', attrs, inputs: [{ shape: [pixels * K * C], elem: sampleElem(rng), lanes: PE }], consts: {} };
};
