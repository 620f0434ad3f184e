import { bipolar } from '../../../src/num/elem.ts';
import type { KernelCase, Rng } from '../case.ts';
import { elemUpTo } from './elements.ts';

/** Operands of one type or of different ones, bipolar with bipolar and with integers. */
export function sample(rng: Rng): KernelCase {
  const PE = rng.int(1, 4);
  const attrs = { channelsA: PE * rng.int(1, 6), channelsB: PE * rng.int(1, 6), pixels: rng.int(1, 8), PE };
  const a = elemUpTo(rng, 16);
  const b = rng.chance(0.4) ? a : elemUpTo(rng, 16);
  return {
    kind: 'concat',
    attrs,
    inputs: [
      { shape: [attrs.channelsA * attrs.pixels], elem: a, lanes: PE },
      { shape: [attrs.channelsB * attrs.pixels], elem: b, lanes: PE },
    ],
    consts: {},
    ...(a.kind === 'bipolar' && b.kind === 'bipolar' ? { outputs: [bipolar] } : {}),
  };
}
