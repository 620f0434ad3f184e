import type { CycleModel, Rest } from '../../kernels/cycles.ts';

/** Cycles between two beats that a kernel takes: more than any kernel's pipeline is long. */
const SPACING = 128;

/**
 * A kernel that takes a beat in every so many cycles at most, as when its neighbours stall. Its pipeline moves as one and
 * holds bubbles where beats come late; so when its output is full, it holds as few beats as it ever can. A network that does
 * not deadlock with such kernels never does: which beats come, and in which order, depends on no stall, and with kernels
 * that hold more there is only more room.
 */
export function spaced(model: CycleModel): CycleModel {
  let wait = 0;
  const seen = (available: number): number => (wait > 0 ? 0 : available);
  const { rest } = model;
  return {
    reset: () => {
      model.reset();
      wait = 0;
    },
    step: (available, space) => {
      const done = model.step(seen(available), space);
      wait = (done & 0xffff) === 0 ? Math.max(0, wait - 1) : SPACING - 1;
      return done;
    },
    ...(rest ? { rest: restOf(rest) } : {}),
  };

  function restOf(own: Rest): Rest {
    return {
      quiet: (available, space) => {
        const quiet = own.quiet(seen(available), space);
        return wait > 0 ? Math.min(quiet, wait) : quiet;
      },
      skip: (cycles, available, space) => {
        own.skip(cycles, seen(available), space);
        wait = Math.max(0, wait - cycles);
      },
    };
  }
}
