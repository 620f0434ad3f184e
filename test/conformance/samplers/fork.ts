import type { KernelCase, Rng } from '../case.ts';
import { elemUpTo } from './elements.ts';

export function sample(rng: Rng): KernelCase {
  const lanes = rng.int(1, 4);
  const attrs = { copies: rng.int(2, 8) };
  return {
    kind: 'fork',
    attrs,
    inputs: [{ shape: [lanes * rng.int(1, 60)], elem: elemUpTo(rng, 32), lanes }],
    consts: {},
  };
}
