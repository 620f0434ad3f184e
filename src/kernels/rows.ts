/** Kernels that see a whole row before any of it can leave (softmax, normalisation): `sluice_rows.v`. */
import type { CycleModel } from './cycles.ts';
import type { Cost } from './kernel.ts';
import { addCosts, counterCost, memoryCost } from './memcost.ts';

export interface RowStore {
  /** Beats of a row. */
  readonly beats: number;
  /** Words of the store. */
  readonly depth: number;
  /** Cycles from the last beat of a row to the one whose end finds its statistics in the queue. */
  readonly settle: number;
  /** Stages from the store's read register to the output. */
  readonly out: number;
}

/** A store that is just deep enough for rows without a gap between them. */
export const rowStore = (beats: number, settle: number, out: number): RowStore => ({
  beats,
  depth: beats + settle + 1,
  settle,
  out,
});

/** Rows of which some word is left in the store: entries of the queue. */
const queueOf = ({ beats, depth }: RowStore): number => Math.floor(depth / beats) + 2;

/** Store, queue and control; `width` bits in a word, `stats` in what is kept of a row. */
export function rowStoreCost(s: RowStore, width: number, stats: number): Cost {
  return addCosts(
    memoryCost(s.depth, width),
    memoryCost(queueOf(s), stats),
    counterCost(s.beats),
    counterCost(s.beats),
    ...Array.from({ length: 3 }, () => counterCost(s.depth)),
    { lut: 4 + s.settle / 16, ff: s.out + s.settle, dsp: 0, bram: 0 },
  );
}

/** A model whose flags another one behind it may see. */
export interface RowsModel extends CycleModel {
  /** Whether it takes a beat in this cycle. */
  readonly ready: () => boolean;
  /** Whether it offers one. */
  readonly valid: () => boolean;
}

/** Two stores behind each other, without a FIFO between them. */
export function chainModel(first: RowsModel, second: RowsModel): CycleModel {
  const flag = (b: boolean): number => (b ? 1 : 0);
  return {
    reset: () => {
      first.reset();
      second.reset();
    },
    step: (available, space) => {
      const offered = flag(first.valid());
      const a = first.step(available, flag(second.ready()));
      return (a & 1) | (second.step(offered, space) & (1 << 16));
    },
    rest: {
      quiet: (available, space) =>
        Math.min(
          first.rest?.quiet(available, flag(second.ready())) ?? 0,
          second.rest?.quiet(flag(first.valid()), space) ?? 0,
        ),
      skip: () => {},
    },
  };
}

/** The same flags and registers as in the Verilog. */
export function rowsModel({ beats, depth, settle, out }: RowStore): RowsModel {
  let room = depth;
  let taken = 0;
  let given = 0;
  let ready = 0;
  let settling = 0;
  let moving = 0;
  // Flags of the rows that settle and of the beats in the output pipeline, as rings.
  const ends = new Uint8Array(settle + 1);
  const stages = new Uint8Array(out);
  let now = 0;
  let head = 0;
  return {
    ready: () => room > 0,
    valid: () => stages[head] === 1,
    reset: () => {
      [room, taken, given, ready, settling, moving, now, head] = [depth, 0, 0, 0, 0, 0, 0, 0];
      ends.fill(0);
      stages.fill(0);
    },
    step: (available, space) => {
      const valid = stages[head] === 1;
      const push = valid && (space & 1) === 1;
      const moves = !valid || push;
      const issues = moves && ready > 0;
      const takes = (available & 1) === 1 && room > 0;
      if (moves) {
        moving += (issues ? 1 : 0) - (push ? 1 : 0);
        stages[head] = issues ? 1 : 0;
        head = head + 1 === out ? 0 : head + 1;
      }
      if (issues && ++given === beats) {
        given = 0;
        ready--;
      }
      if (takes && ++taken === beats) {
        taken = 0;
        ends[(now + settle) % (settle + 1)] = 1;
        settling++;
      }
      room += (issues ? 1 : 0) - (takes ? 1 : 0);
      if (ends[now] === 1) {
        ends[now] = 0;
        settling--;
        ready++;
      }
      now = now === settle ? 0 : now + 1;
      return (takes ? 1 : 0) | (push ? 1 << 16 : 0);
    },
    rest: {
      quiet: (available, space) => {
        if (((available & 1) === 1 && room > 0) || settling > 0) return 0;
        if (stages[head] === 1) return (space & 1) === 1 ? 0 : Number.POSITIVE_INFINITY;
        return ready > 0 || moving > 0 ? 0 : Number.POSITIVE_INFINITY;
      },
      // Nothing settles and nothing moves: only the rings would turn, and they are empty or stand still.
      skip: () => {},
    },
  };
}
