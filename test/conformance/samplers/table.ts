import { bipolar, type ElemType, elemFor, elemRange } from '../../../src/num/elem.ts';
import { valueRange } from '../../../src/num/tensor.ts';
import type { KernelCase, Rng } from '../case.ts';
import { channelwise, constant, elemUpTo } from './elements.ts';

/** Tables over the whole input type or over a part of it that crosses zero or not, results of 1 to 40 bits. */
export function sample(rng: Rng): KernelCase {
  const elem: ElemType = elemUpTo(rng, 10);
  const shared = rng.chance(0.4);
  const attrs = channelwise(rng, shared);
  const rows = shared ? 1 : attrs.channels;
  const { lo, hi } = elemRange(elem);
  const whole = elem.kind === 'bipolar' || rng.chance(0.5);
  const first = whole ? lo - rng.int(0, 2) : rng.int(lo, hi);
  const last = whole ? hi + rng.int(0, 2) : rng.int(first, hi);
  const size = 2 ** rng.pick([1, 3, 4, 7, 8, 15, 32, 40]);
  const signed = rng.chance(0.5);
  const signs = rng.chance(0.15);
  const value = (): number => (signs ? rng.pick([-1, 1]) : rng.int(signed ? -size : 0, size - 1));
  const data = Array.from({ length: rows * (last - first + 1) }, value);
  return {
    kind: 'table',
    attrs: { ...attrs, offset: first },
    inputs: [{ shape: [attrs.channels * attrs.pixels], elem, lanes: attrs.PE }],
    consts: { table: constant([rows, last - first + 1], elemFor(valueRange(data)), data) },
    ranges: [{ lo: Math.max(lo, first), hi: Math.min(hi, last) }],
    ...(signs ? { outputs: [bipolar] } : {}),
  };
}
