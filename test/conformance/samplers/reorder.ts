import { divisors } from '../../../src/kernels/divisors.ts';
import { int } from '../../../src/num/elem.ts';
import type { KernelCase, Rng } from '../case.ts';
import { elemUpTo } from './elements.ts';

/** One to six axes, any permutation; several lanes where the innermost axis stays. */
export function sample(rng: Rng): KernelCase {
  const axes = rng.int(1, 6);
  const largest = axes > 4 ? 3 : axes > 2 ? 5 : 12;
  const shape = Array.from({ length: axes }, () => rng.int(1, largest));
  const stays = rng.chance(0.4);
  const rest = Array.from({ length: stays ? axes - 1 : axes }, (_, i) => i);
  const perm: number[] = [];
  while (rest.length > 0) perm.push(...rest.splice(rng.int(0, rest.length - 1), 1));
  if (stays) perm.push(axes - 1);
  const inner = shape[axes - 1] ?? 1;
  const PE = perm[axes - 1] === axes - 1 ? rng.pick(divisors(inner)) : 1;
  const elem = elemUpTo(rng, 16);
  const size = shape.reduce((a, b) => a * b, 1);
  return {
    kind: 'reorder',
    attrs: { shape, perm, PE },
    inputs: [{ shape: [size], elem, lanes: PE }],
    consts: {},
    // Otherwise as wide as its values need.
    ...(elem.kind === 'bipolar' || rng.chance(0.3)
      ? { outputs: [elem.kind === 'bipolar' ? elem : int(elem.bits + 1)] }
      : {}),
  };
}
