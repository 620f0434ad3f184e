import type { KernelCase, Rng } from '../case.ts';
import { channelwise, elemUpTo } from './elements.ts';

/** Operands of different types, weights of both signs, powers of two, ones and zeros. */
export function sample(rng: Rng): KernelCase {
  const attrs = channelwise(rng, true);
  const wide = rng.pick([8, 20]);
  const weight = (): number => rng.pick([1, 1, 1, -1, 0, 2, -4, 64, rng.int(-300, 300), rng.int(-100000, 100000)]);
  const operand = () => ({ shape: [attrs.channels * attrs.pixels], elem: elemUpTo(rng, wide), lanes: attrs.PE });
  const offset = rng.pick([0, 0, 1, -7, rng.int(-5000, 5000)]);
  return {
    kind: 'add',
    attrs: { ...attrs, mulA: weight(), mulB: weight(), offset },
    inputs: [operand(), operand()],
    consts: {},
  };
}
