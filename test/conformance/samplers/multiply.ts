import type { KernelCase, Rng } from '../case.ts';
import { channelwise, elemUpTo } from './elements.ts';

/** Operands of different types, narrow and wide. */
export function sample(rng: Rng): KernelCase {
  const attrs = channelwise(rng, true);
  const wide = rng.pick([4, 8, 25]);
  const operand = () => ({ shape: [attrs.channels * attrs.pixels], elem: elemUpTo(rng, wide), lanes: attrs.PE });
  return { kind: 'multiply', attrs, inputs: [operand(), operand()], consts: {} };
}
