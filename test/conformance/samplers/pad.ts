import { divisors } from '../../../src/kernels/divisors.ts';
import { elemRange } from '../../../src/num/elem.ts';
import type { Rng, Sampler } from '../case.ts';
import { sampleElem } from './swg.ts';

/** Padding on any side, by values inside and outside the input's range. */
export const sample: Sampler = (rng) => {
  const elem = sampleElem(rng);
  const { lo, hi } = elemRange(elem);
  const side = (): number => (rng.chance(0.3) ? 0 : rng.int(1, 3));
  const C = rng.pick([1, 2, 3, 4, 6, 8]);
  const [H, W] = [rng.int(1, 5), rng.int(1, 5)];
  const SIMD = rng.pick(largest(rng, divisors(C)));
  const attrs = { H, W, C, pads: [side(), side(), side(), side()], value: value(rng, lo, hi), SIMD };
  return { kind: 'pad', attrs, inputs: [{ shape: [H * W * C], elem, lanes: SIMD }], consts: {} };
};

/** Prefers wide beats, so that frames stay short. */
const largest = (rng: Rng, legal: readonly number[]): readonly number[] => (rng.chance(0.5) ? legal.slice(-2) : legal);

function value(rng: Rng, lo: number, hi: number): number {
  if (rng.chance(0.3)) return 0;
  return rng.chance(0.2) ? rng.int(2 * lo - 1, 2 * hi + 1) : rng.pick([lo, hi, rng.int(lo, hi)]);
}
