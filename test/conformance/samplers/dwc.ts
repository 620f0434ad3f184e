import type { KernelCase, Rng } from '../case.ts';
import { elemUpTo } from './elements.ts';

/** Both directions, ratio 1 included. */
export function sample(rng: Rng): KernelCase {
  const narrow = rng.int(1, 4);
  const wide = narrow * rng.pick([1, 2, 2, 3, 4, 5, 8, 16]);
  const [from, to] = rng.chance(0.5) ? [narrow, wide] : [wide, narrow];
  const shape = [wide * rng.int(1, 12)];
  const elem = elemUpTo(rng, 24);
  return { kind: 'dwc', attrs: { from, to }, inputs: [{ shape, elem, lanes: from }], consts: {}, outputs: [elem] };
}
