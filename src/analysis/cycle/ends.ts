/** Sources and sinks of the cycle simulator: always ready, or stalling as the RTL harness does, cycle for cycle. */
import type { CycleModel } from '../../kernels/cycles.ts';
import { type StallPlan, stallSeed, stallThreshold } from '../../kernels/stall.ts';

/** One stall decision per cycle. */
interface Generator {
  readonly reset: () => void;
  readonly next: () => boolean;
}

const NEVER: Generator = { reset: () => undefined, next: () => false };

/** The harness's generator of port `index`: inputs first, then outputs. */
function generator(plan: StallPlan | undefined, index: number): Generator {
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

/** Offers `beats` beats; one that is offered stays until it is taken. */
export function sourceModel(beats: number, plan: StallPlan | undefined, index: number): CycleModel {
  const stall = generator(plan, index);
  let left = beats;
  let offering = false;
  return {
    reset: () => {
      stall.reset();
      left = beats;
      offering = false;
    },
    step: (_, space) => {
      const stalls = stall.next();
      if (!offering && left > 0 && !stalls) offering = true;
      if (!offering || (space & 1) === 0) return 0;
      offering = false;
      left--;
      return 0x10000;
    },
  };
}

export function sinkModel(plan: StallPlan | undefined, index: number): CycleModel {
  const stall = generator(plan, index);
  return { reset: stall.reset, step: (available) => (stall.next() ? 0 : available & 1) };
}

/** Two FIFOs in a row. */
export const WIRE: CycleModel = {
  reset: () => undefined,
  step: (available, space) => (available & space & 1) * 0x10001,
};
