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
}

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
  const stages = new Uint8Array(latency);
  let head = 0;
  let next = 0;
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
  };
}
