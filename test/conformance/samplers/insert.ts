import { elemFor } from '../../../src/num/elem.ts';
import { valueRange } from '../../../src/num/tensor.ts';
import type { KernelCase, Rng } from '../case.ts';
import { constant, elemUpTo } from './elements.ts';

/** Constants inside and outside the range of the stream. */
export function sample(rng: Rng): KernelCase {
  const PE = rng.int(1, 4);
  const attrs = { channels: PE * rng.int(1, 5), constant: rng.int(1, 4), streamed: rng.int(1, 5), PE };
  const size = 2 ** rng.int(0, 12);
  const data = Array.from({ length: attrs.constant * attrs.channels }, () => rng.int(-size, size));
  return {
    kind: 'insert',
    attrs,
    inputs: [{ shape: [attrs.streamed * attrs.channels], elem: elemUpTo(rng, 16), lanes: PE }],
    consts: { rows: constant([attrs.constant, attrs.channels], elemFor(valueRange(data)), data) },
  };
}
