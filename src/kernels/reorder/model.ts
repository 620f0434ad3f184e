import { type CycleModel, restUnless } from '../cycles.ts';

/**
 * Two banks of one frame each. The writer fills a bank that is empty, the reader drains one that is full through one
 * output register; a bank changes hands in the cycle after its last beat.
 */
export function reorderModel(beats: number): CycleModel {
  const full = [false, false];
  let [writeBank, written, readBank, read] = [0, 0, 0, 0];
  let valid = false;
  return {
    reset: () => {
      full.fill(false);
      [writeBank, written, readBank, read] = [0, 0, 0, 0];
      valid = false;
    },
    step: (available, space) => {
      const push = valid && (space & 1) === 1;
      const pop = (available & 1) === 1 && !full[writeBank];
      const moves = !valid || push;
      const reads = moves && full[readBank] === true;
      if (moves) valid = reads;
      if (reads && ++read === beats) {
        full[readBank] = false;
        readBank = 1 - readBank;
        read = 0;
      }
      if (pop && ++written === beats) {
        full[writeBank] = true;
        writeBank = 1 - writeBank;
        written = 0;
      }
      return (pop ? 1 : 0) | (push ? 1 << 16 : 0);
    },
    rest: restUnless((available, space) => {
      if ((available & 1) === 1 && !full[writeBank]) return true;
      return valid ? (space & 1) === 1 : full[readBank] === true;
    }),
  };
}
