import { type CycleModel, restUnless } from '../cycles.ts';

/** A circular store of `beats` places: `total` reads make a frame, the last `beats` of them free a place each. */
export function replayModel(beats: number, total: number): CycleModel {
  let [places, unread, n] = [beats, 0, 0];
  let valid = false;
  const canRead = (): boolean => n >= beats || unread > 0;
  return {
    reset: () => {
      [places, unread, n] = [beats, 0, 0];
      valid = false;
    },
    step: (available, space) => {
      const push = valid && (space & 1) === 1;
      const pop = (available & 1) === 1 && places > 0;
      if (!valid || push) {
        valid = canRead();
        if (valid) {
          if (n < beats) unread--;
          if (n >= total - beats) places++;
          n = n + 1 === total ? 0 : n + 1;
        }
      }
      if (pop) {
        places--;
        unread++;
      }
      return (pop ? 1 : 0) | (push ? 1 << 16 : 0);
    },
    rest: restUnless((available, space) => {
      if ((available & 1) === 1 && places > 0) return true;
      return valid ? (space & 1) === 1 : canRead();
    }),
  };
}
