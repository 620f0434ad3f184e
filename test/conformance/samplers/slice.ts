import type { KernelCase, Rng } from '../case.ts';
import { elemUpTo } from './elements.ts';

/** Parts at the beginning, in the middle, at the end, and the whole. */
export function sample(rng: Rng): KernelCase {
  const PE = rng.int(1, 4);
  const [before, kept, after] = [rng.int(0, 4), rng.int(1, 5), rng.int(0, 4)];
  const attrs = { period: PE * (before + kept + after), start: PE * before, keep: PE * kept, runs: rng.int(1, 6), PE };
  const elem = elemUpTo(rng, 16);
  return {
    kind: 'slice',
    attrs,
    inputs: [{ shape: [attrs.period * attrs.runs], elem, lanes: PE }],
    consts: {},
    ...(elem.kind === 'bipolar' ? { outputs: [elem] } : {}),
  };
}
