import { type Rota, stepsOf } from '../../../src/ir/ops/attention/rota.ts';
import type { Rng } from '../case.ts';

/** Issue slots of a frame at most. */
const LONGEST = 400;

/** Queries, keys, slots and heads: one of each, more slots than queries, as many as keys, blocks that do not divide. */
export function rota(rng: Rng, beats: number): Rota & { readonly heads: number } {
  const keys = rng.pick([1, 2, 3, rng.int(1, 14), rng.int(1, 14)]);
  const slots = rng.chance(0.2) ? keys : rng.int(1, keys);
  const queries = rng.pick([1, slots, 2 * slots, rng.int(1, 14), rng.int(1, 14)]);
  const steps = stepsOf({ queries, keys, slots });
  const heads = rng.int(1, Math.max(1, Math.min(3, Math.floor(LONGEST / (steps * beats)))));
  return { queries, keys, slots, heads };
}
