import { type CycleModel, restUnless } from '../cycles.ts';

export interface MatmulSchedule {
  /** Issue slots of a row of the first operand and one head: KF beats, each for MF columns. */
  readonly KF: number;
  readonly MF: number;
  /** Rows times heads. */
  readonly turns: number;
  /** Beats of a frame of the second operand. */
  readonly beats: number;
  readonly latency: number;
}

/**
 * Two frames of the second operand, one written and one in use; a slot of a row's first column takes a beat of the first
 * operand, each row's last beat per column gives one. The output pipeline moves as one.
 */
export function matmulModel({ KF, MF, turns, beats, latency }: MatmulSchedule): CycleModel {
  const full = [false, false];
  const stages = new Uint8Array(latency);
  let [writesTo, written, readsFrom, kf, mf, turn, head, moving] = [0, 0, 0, 0, 0, 0, 0, 0];
  /** Moves on by a slot; true with the last one of a frame. */
  const advance = (): boolean => {
    if (++kf < KF) return false;
    kf = 0;
    if (++mf < MF) return false;
    mf = 0;
    if (++turn < turns) return false;
    turn = 0;
    return true;
  };
  const fires = (available: number): boolean => full[readsFrom] === true && (mf > 0 || (available & 1) === 1);
  const takes = (available: number): boolean => (available & 2) === 2 && !full[writesTo];
  return {
    reset: () => {
      full.fill(false);
      stages.fill(0);
      [writesTo, written, readsFrom, kf, mf, turn, head, moving] = [0, 0, 0, 0, 0, 0, 0, 0];
    },
    step: (available, space) => {
      const valid = stages[head] === 1;
      const push = valid && (space & 1) === 1;
      const moves = !valid || push;
      const fire = moves && fires(available);
      const take = takes(available);
      let pops = take ? 2 : 0;
      if (moves) {
        const gives = fire && kf === KF - 1;
        moving += (gives ? 1 : 0) - (push ? 1 : 0);
        stages[head] = gives ? 1 : 0;
        head = head + 1 === latency ? 0 : head + 1;
      }
      const [from, to] = [readsFrom, writesTo];
      if (fire) {
        if (mf === 0) pops |= 1;
        if (advance()) {
          full[from] = false;
          readsFrom = 1 - from;
        }
      }
      if (take && ++written === beats) {
        written = 0;
        full[to] = true;
        writesTo = 1 - to;
      }
      return pops | (push ? 1 << 16 : 0);
    },
    rest: restUnless((available, space) => {
      if (takes(available)) return true;
      if (stages[head] === 1) return (space & 1) === 1;
      return moving > 0 || fires(available);
    }),
  };
}
