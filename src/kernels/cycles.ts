import type { IntArray } from '../num/tensor.ts';
import type { MemoryPlan } from './memory-agent.ts';
import type { StallPlan } from './stall.ts';

/**
 * Cycle models. Between any two kernels lies a FIFO whose `ready` (not full) and `valid` (not empty) are registered,
 * so what a kernel does in a cycle depends only on its own state and on these flags at the start of the cycle.
 */
export interface CycleModel {
  /** Back to the state after reset. */
  readonly reset: () => void;
  /**
   * One clock cycle: bit i of `available` = input i has a beat; bit j of `space` = output j takes a beat.
   * Returns the handshakes: bit i of `pop`, bit j of `push`, packed as `pop | push << 16`.
   */
  readonly step: (available: number, space: number) => number;
  /** How to pass over cycles without handshakes; without it, every cycle is stepped. */
  readonly rest?: Rest;
  /** Bursts that it has asked its memory for since the reset. */
  readonly reads?: readonly MemoryRead[];
}

/** What a run is, to a kernel whose schedule depends on more than its parameters. */
export interface CycleRun {
  /** All frames of the inputs that it watches, by index, in stream order; a nominal run where they are not known. */
  readonly values?: readonly (IntArray | undefined)[];
  /** The memory behind its master: its part of the image begins at `base`; `index` of its first stall generator. */
  readonly memory?: {
    readonly plan: MemoryPlan;
    readonly stall: StallPlan | undefined;
    readonly index: number;
    readonly base: number;
  };
}

/** One burst that a master asked for. */
export interface MemoryRead {
  /** Cycle of the address's handshake. */
  readonly cycle: number;
  readonly address: number;
  readonly beats: number;
}

/** Quiet cycles of a model: those in which it neither takes nor gives, whatever it does inside. */
export interface Rest {
  /** Quiet cycles from now on, should these flags stay; Infinity while it waits for them to change. May be too few. */
  readonly quiet: (available: number, space: number) => number;
  /** The same as that many steps with these flags, all of them quiet. */
  readonly skip: (cycles: number, available: number, space: number) => void;
}

/** The rest of a model that keeps its state unless it moves: quiet until the flags change, if it does nothing now. */
export const restUnless = (active: (available: number, space: number) => boolean): Rest => ({
  quiet: (available, space) => (active(available, space) ? 0 : Number.POSITIVE_INFINITY),
  skip: () => {},
});

/** What one slot of a kernel's schedule does: which inputs it consumes, and whether it emits a beat. */
export interface Slot {
  /** Bit i = takes a beat of input i. */
  readonly reads: number;
  readonly writes: boolean;
}

/**
 * The schedule of a kernel with one issue slot per cycle and an elastic output pipeline of `latency` register stages
 * that moves as one (`ce = !out_valid || out_ready`).
 *
 * Each frame is `period` slots. A slot issues in a cycle when ce is high and its inputs have their beats; a writing
 * slot's beat is on the output `latency` moves later (in the RTL: visible in the cycle after the last register took it).
 */
export function slotModel(period: number, slot: (index: number) => Slot, latency: number): CycleModel {
  const reads = new Uint8Array(period);
  const writes = new Uint8Array(period);
  for (let i = 0; i < period; i++) {
    const s = slot(i);
    reads[i] = s.reads;
    writes[i] = s.writes ? 1 : 0;
  }
  const untilRead = distances(reads);
  const untilWrite = distances(writes);
  const stages = new Uint8Array(latency);
  let head = 0;
  let next = 0;
  /** Moves until a beat in the pipeline is at its head. */
  const untilValid = (): number => {
    for (let i = 0; i < latency; i++) if (stages[(head + i) % latency] === 1) return i;
    return Number.POSITIVE_INFINITY;
  };
  return {
    reset: () => {
      stages.fill(0);
      head = 0;
      next = 0;
    },
    step: (available, space) => {
      const valid = stages[head] === 1;
      if (valid && (space & 1) === 0) return 0;
      const need = reads[next] as number;
      const fires = (available & need) === need;
      // The ring's head leaves; what enters now is at the head `latency` moves later.
      stages[head] = fires ? (writes[next] as number) : 0;
      head = head + 1 === latency ? 0 : head + 1;
      if (fires) next = next + 1 === period ? 0 : next + 1;
      return (fires ? need : 0) | (valid ? 1 << 16 : 0);
    },
    rest: {
      quiet: (available, space) => {
        const moves = untilValid();
        if (moves === 0) return (space & 1) === 0 ? Number.POSITIVE_INFINITY : 0;
        const need = reads[next] as number;
        if (need !== 0) return (available & need) === need ? 0 : moves;
        return Math.min(moves, untilRead[next] as number, (untilWrite[next] as number) + latency);
      },
      skip: (cycles) => {
        if (stages[head] === 1) return;
        if (reads[next] === 0) {
          // Nothing valid leaves meanwhile, so that only the slots that write change the ring.
          for (let i = untilWrite[next] as number; i < cycles; i++) {
            stages[(head + i) % latency] = writes[(next + i) % period] as number;
          }
          next = (next + cycles) % period;
        }
        head = (head + cycles) % latency;
      },
    },
  };
}

/**
 * {@link slotModel} for schedules in which every slot reads: there is no computing in silence to pass over, and nothing is
 * tabulated, so that a frame may have any number of slots.
 */
export function readingModel(period: number, slot: (index: number) => Slot, latency: number): CycleModel {
  const stages = new Uint8Array(latency);
  let head = 0;
  let next = 0;
  let now = slot(0);
  const untilValid = (): number => {
    for (let i = 0; i < latency; i++) if (stages[(head + i) % latency] === 1) return i;
    return Number.POSITIVE_INFINITY;
  };
  return {
    reset: () => {
      stages.fill(0);
      head = 0;
      next = 0;
      now = slot(0);
    },
    step: (available, space) => {
      const valid = stages[head] === 1;
      if (valid && (space & 1) === 0) return 0;
      const { reads, writes } = now;
      const fires = (available & reads) === reads;
      stages[head] = fires && writes ? 1 : 0;
      head = head + 1 === latency ? 0 : head + 1;
      if (fires) {
        next = next + 1 === period ? 0 : next + 1;
        now = slot(next);
      }
      return (fires ? reads : 0) | (valid ? 1 << 16 : 0);
    },
    rest: {
      quiet: (available, space) => {
        const moves = untilValid();
        if (moves === 0) return (space & 1) === 0 ? Number.POSITIVE_INFINITY : 0;
        return (available & now.reads) === now.reads ? 0 : moves;
      },
      skip: (cycles) => {
        if (stages[head] !== 1) head = (head + cycles) % latency;
      },
    },
  };
}

/** From each index, steps to the next one that is not zero, going round; the whole way round where there is none. */
function distances(flags: Uint8Array): Int32Array {
  const n = flags.length;
  const out = new Int32Array(n);
  let next = n;
  for (let i = 2 * n - 1; i >= 0; i--) {
    next = flags[i % n] === 0 ? Math.min(next + 1, n) : 0;
    out[i % n] = next;
  }
  return out;
}
