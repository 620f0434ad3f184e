import { route } from '../../../src/ir/ops/route/op.ts';
import { elemRange, int, uint } from '../../../src/num/elem.ts';
import type { KernelCase, Rng } from '../case.ts';

/** k = 1, k = E, one expert, ties (narrow ranges), logits that are close and far apart, gates of few and many bits. */
export function sample(rng: Rng): KernelCase {
  const experts = rng.pick([1, 2, 3, 5, 8, 11]);
  const k = rng.pick([1, experts, rng.int(1, experts)]);
  const elem = rng.chance(0.7) ? int(rng.int(2, 20)) : uint(rng.int(1, 20));
  const tokens = rng.int(1, 4);
  const range = elemRange(elem);
  const real = rng.pick([0.5, 4, 30]);
  const attrs = {
    k,
    renormalise: rng.chance(0.5),
    scale: real / Math.max(-range.lo, range.hi),
    fraction: rng.int(1, 10),
  };
  const design = route.design?.({ attrs, inputs: [{ shape: [tokens, experts], elem }], consts: {} }, { lsb: 0.5 });
  if (design === undefined || typeof design === 'string') throw new Error(`no design: ${design}`);
  const narrow = rng.chance(0.3) ? { lo: Math.max(range.lo, -1), hi: 1 } : range;
  return {
    kind: 'route',
    attrs: { ...design.attrs, tokens, experts },
    inputs: [{ shape: [tokens * experts], elem, lanes: 1 }],
    consts: design.consts,
    ranges: [narrow],
  };
}
