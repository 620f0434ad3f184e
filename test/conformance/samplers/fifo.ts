import type { KernelCase, Rng } from '../case.ts';
import { elemUpTo } from './elements.ts';

/** Depths from 1 on, both storage styles. */
export function sample(rng: Rng): KernelCase {
  const deep = rng.chance(0.3);
  const lanes = deep ? rng.int(4, 8) : rng.int(1, 4);
  const elem = deep ? { kind: 'int' as const, bits: rng.int(12, 32) } : elemUpTo(rng, 32);
  const depth = deep ? rng.int(86, 140) : rng.pick([1, 1, 2, 3, 4, 5, 7, 8, 9, 16, 33]);
  const inputs = [{ shape: [lanes * rng.int(1, 120)], elem, lanes }];
  return { kind: 'fifo', attrs: { depth }, inputs, consts: {}, outputs: [elem] };
}
