/** The weights of the experts kernel on their way: `sluice_experts_loader.v`, `sluice_experts_fill.v` and the memory. */
import type { CycleRun, MemoryRead } from '../cycles.ts';
import { DEFAULT_MEMORY, MemoryAgent } from '../memory-agent.ts';

/** What the schedule depends on, all in cycles, beats or counts. */
export interface ExpertsShape {
  /** Beats of a frame: of vectors (and of sums), of routes. */
  readonly vectorBeats: number;
  readonly routes: number;
  /** Slots of a job, and its least length in the second product. */
  readonly slots: number;
  readonly leastJob: number;
  /** From the issue of a row's last slot: to the write of a hidden vector, to the sum of the second product. */
  readonly upDelay: number;
  readonly downDelay: number;
  /** From the end of a frame's jobs to its bank of sums. */
  readonly drain: number;
  /** Beats per part, burst, bits of a beat; byte addresses within an expert, and from one to the next. */
  readonly upBeats: number;
  readonly downBeats: number;
  readonly burst: number;
  readonly beatBits: number;
  readonly downOffset: number;
  readonly stride: number;
}

/** An expert that a frame wants, and how many of its routes name it. */
export interface Wanted {
  readonly expert: number;
  readonly routes: number;
}

const NONE = -1;

/** Asks for the parts of the experts that frames want, and counts the beats that come. Registers as in the Verilog. */
export class LoaderModel {
  readonly reads: MemoryRead[] = [];
  private readonly s: ExpertsShape;
  private readonly memory: MemoryAgent;
  private readonly base: number;
  private cycle = 0;
  private state: 'wait' | 'pick' | 'space' | 'ask' = 'wait';
  private readonly ready = [false, false];
  private arriving = 0;
  private bank = 0;
  private at = 0;
  private part = 0;
  private readonly held = [0, 0];
  private left = 0;
  private address = 0;
  private len = 0;
  private fillPart = 0;
  private fillAt = 0;

  constructor(shape: ExpertsShape, run: CycleRun) {
    this.s = shape;
    this.base = run.memory?.base ?? 0;
    const { plan = DEFAULT_MEMORY, stall, index = 0 } = run.memory ?? {};
    this.memory = new MemoryAgent(plan, shape.beatBits, stall, index);
  }

  reset(): void {
    this.ready.fill(false);
    this.held.fill(0);
    this.cycle = this.arriving = this.bank = this.at = this.part = this.left = this.fillPart = this.fillAt = 0;
    this.state = 'wait';
    this.reads.length = 0;
    this.memory.reset();
  }

  /** The start of a cycle, before {@link fill} and {@link step}. */
  drive(): void {
    this.memory.drive();
  }

  /** A beat from the memory; 1 or 2 when it is the last one of a part. */
  fill(): number {
    if (!this.memory.rvalid) return 0;
    if (++this.fillAt < (this.fillPart === 0 ? this.s.upBeats : this.s.downBeats)) return 0;
    this.fillAt = 0;
    this.fillPart = 1 - this.fillPart;
    return 2 - this.fillPart;
  }

  /** The end of a cycle; `wanted`: per bank, what its frame wants. */
  step(wanted: readonly (readonly Wanted[])[], routed: boolean, upFree: boolean, downFree: boolean): void {
    const { s, memory } = this;
    const asks = this.state === 'ask';
    const accepted = asks && memory.arready;
    if (accepted) this.reads.push({ cycle: this.cycle, address: this.address, beats: this.len });
    memory.sample(asks, this.address, this.len - 1, true);
    const space = this.held[this.part] !== 2;
    const grants = this.state === 'space' && space;
    const list = wanted[this.bank] as readonly Wanted[];
    if (grants) {
      const begin = this.base + (list[this.at - 1]?.expert ?? 0) * s.stride;
      this.ask(this.part === 0 ? begin : begin + s.downOffset, this.part === 0 ? s.upBeats : s.downBeats);
    } else if (accepted && this.left > 0) this.ask(this.address + (s.burst * s.beatBits) / 8, this.left);
    else if (accepted) {
      this.state = this.part === 0 ? 'space' : 'pick';
      this.part = 1 - this.part;
    } else if (this.state === 'wait' && this.ready[this.bank]) {
      this.at = 0;
      this.state = 'pick';
    } else if (this.state === 'pick') {
      if (this.at < list.length) {
        this.at++;
        this.part = 0;
        this.state = 'space';
      } else {
        this.ready[this.bank] = false;
        this.bank = 1 - this.bank;
        this.state = 'wait';
      }
    }
    const part = grants ? this.part : NONE;
    this.held[0] = (this.held[0] as number) + (part === 0 ? 1 : 0) - (upFree ? 1 : 0);
    this.held[1] = (this.held[1] as number) + (part === 1 ? 1 : 0) - (downFree ? 1 : 0);
    this.cycle++;
    if (routed) {
      this.ready[this.arriving] = true;
      this.arriving = 1 - this.arriving;
    }
  }

  private ask(address: number, beats: number): void {
    this.state = 'ask';
    this.address = address;
    this.len = Math.min(beats, this.s.burst);
    this.left = beats - this.len;
  }
}
