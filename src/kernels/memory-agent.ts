/**
 * The memory behind an AXI4 read master, cycle for cycle as all harnesses serve it.
 *
 * A burst that is accepted in cycle t offers its first beat in cycle t + latency at the earliest; bursts are answered in
 * order. Beats are offered while there is credit: each cycle adds `bandwidth`, each beat takes one. An offered beat stays
 * until it is taken. Both channels pause at random as streams do.
 */
import { generator, type StallPlan } from './stall.ts';

export interface MemoryPlan {
  /** Cycles from the acceptance of an address to the first beat, at least 1. */
  readonly latency: number;
  /** Beats per cycle in the mean, above 0, at most 1. */
  readonly bandwidth: number;
}

export const DEFAULT_MEMORY: MemoryPlan = { latency: 32, bandwidth: 1 };

/** Bursts that the memory holds; no address is accepted beyond. */
const OUTSTANDING = 4;

/** Credit is counted in these parts of a beat. */
const CREDIT = 0x10000;

/** What a cycle adds to the credit. */
export const creditStep = ({ bandwidth }: MemoryPlan): number =>
  Math.min(CREDIT, Math.max(1, Math.round(bandwidth * CREDIT)));

interface Burst {
  readonly address: number;
  readonly beats: number;
  readonly due: number;
}

/** One master's memory. Per cycle: {@link drive}, then {@link sample} with what the master shows. */
export class MemoryAgent {
  /** As driven in this cycle. */
  arready = false;
  rvalid = false;
  rlast = false;
  /** Byte address of the offered beat. */
  address = 0;

  private readonly plan: MemoryPlan;
  private readonly step: number;
  private readonly bytes: number;
  private readonly asks: ReturnType<typeof generator>;
  private readonly answers: ReturnType<typeof generator>;
  private queue: Burst[] = [];
  private done = 0;
  private credit = 0;
  private cycle = 0;

  /** `width`: bits of a beat; `index`: of its first generator, after those of the streams. */
  constructor(plan: MemoryPlan, width: number, stall: StallPlan | undefined, index: number) {
    this.plan = plan;
    this.step = creditStep(plan);
    this.bytes = width / 8;
    this.asks = generator(stall, index);
    this.answers = generator(stall, index + 1);
  }

  reset(): void {
    this.asks.reset();
    this.answers.reset();
    this.queue = [];
    this.done = 0;
    this.credit = 0;
    this.cycle = 0;
    this.rvalid = false;
  }

  drive(): void {
    this.arready = !this.asks.next() && this.queue.length < OUTSTANDING;
    const pauses = this.answers.next();
    this.credit = Math.min(this.credit + this.step, 2 * CREDIT - 1);
    const head = this.queue[0];
    if (!this.rvalid && head && this.cycle >= head.due && !pauses && this.credit >= CREDIT) {
      this.rvalid = true;
      this.address = head.address + this.done * this.bytes;
      this.rlast = this.done + 1 === head.beats;
    }
  }

  /** The end of the cycle: `arlen` as on the bus, beats less one. */
  sample(arvalid: boolean, araddr: number, arlen: number, rready: boolean): void {
    if (this.rvalid && rready) {
      this.rvalid = false;
      this.credit -= CREDIT;
      this.done++;
      if (this.rlast) {
        this.queue.shift();
        this.done = 0;
      }
    }
    if (arvalid && this.arready) {
      this.queue.push({ address: araddr, beats: arlen + 1, due: this.cycle + this.plan.latency });
    }
    this.cycle++;
  }
}
