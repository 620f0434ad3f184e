/** Sources and sinks of the cycle simulator: always ready, or stalling as the RTL harness does, cycle for cycle. */
import { type CycleModel, restUnless } from '../../kernels/cycles.ts';
import { generator, NEVER, type StallPlan } from '../../kernels/stall.ts';

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
    // A stall is drawn in every cycle.
    ...(stall === NEVER ? { rest: restUnless((_, space) => left > 0 && (space & 1) === 1) } : {}),
  };
}

/** Offers beat i of `beats` from cycle ⌊i · interval⌋ on. */
export function pacedSource(beats: number, interval: number): CycleModel {
  let cycle = 0;
  let sent = 0;
  const wait = (): number => (sent === beats ? Number.POSITIVE_INFINITY : Math.floor(sent * interval) - cycle);
  return {
    reset: () => {
      cycle = 0;
      sent = 0;
    },
    step: (_, space) => {
      const offers = wait() <= 0 && (space & 1) === 1;
      cycle++;
      if (!offers) return 0;
      sent++;
      return 0x10000;
    },
    rest: {
      quiet: (_, space) => ((space & 1) === 1 ? Math.max(0, wait()) : Number.POSITIVE_INFINITY),
      skip: (cycles) => {
        cycle += cycles;
      },
    },
  };
}

export function sinkModel(plan: StallPlan | undefined, index: number): CycleModel {
  const stall = generator(plan, index);
  const step = (available: number): number => (stall.next() ? 0 : available & 1);
  return {
    reset: stall.reset,
    step,
    ...(stall === NEVER ? { rest: restUnless((available) => (available & 1) === 1) } : {}),
  };
}

/** Two FIFOs in a row. */
export const WIRE: CycleModel = {
  reset: () => undefined,
  step: (available, space) => (available & space & 1) * 0x10001,
  rest: restUnless((available, space) => (available & space & 1) === 1),
};
