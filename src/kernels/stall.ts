/** Random back-pressure: in each cycle each port stalls with this probability (0 = never, every port always ready). */
export interface StallPlan {
  readonly probability: number;
  readonly seed: number;
}

/** A port stalls in a cycle when the upper 16 bits of its generator are below this. */
export function stallThreshold(plan: StallPlan): number {
  return Math.min(0xffff, Math.max(0, Math.round(plan.probability * 0x10000)));
}

/** Start of port `index`'s xorshift generator (never 0): all simulators use it, so that their traces agree. */
export function stallSeed(plan: StallPlan, index: number): number {
  let h = (Math.imul(plan.seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0;
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d) >>> 0;
  h = (h ^ (h >>> 13)) >>> 0;
  return h === 0 ? 1 : h;
}

/** One stall decision per cycle. */
interface Generator {
  readonly reset: () => void;
  readonly next: () => boolean;
}

export const NEVER: Generator = { reset: () => undefined, next: () => false };

/** The harness's generator of port `index`: inputs first, then outputs. */
export function generator(plan: StallPlan | undefined, index: number): Generator {
  if (!plan || plan.probability === 0) return NEVER;
  const seed = stallSeed(plan, index);
  const threshold = stallThreshold(plan);
  let state = seed;
  return {
    reset: () => {
      state = seed;
    },
    next: () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state >>> 16 < threshold;
    },
  };
}
