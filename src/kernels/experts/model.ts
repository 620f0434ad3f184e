import type { CycleModel, CycleRun, MemoryRead } from '../cycles.ts';
import { type ExpertsShape, LoaderModel, type Wanted } from './loader-model.ts';

interface Job {
  readonly first: boolean;
  readonly last: boolean;
  readonly end: boolean;
}

const END: Job = { first: false, last: false, end: true };
const SLOTS = 4;
const IDLE = -1;

/** Things that a pipeline does later, in order of their cycles. */
class Later<T> {
  private items: { readonly cycle: number; readonly what: T }[] = [];
  clear(): void {
    this.items = [];
  }
  add(cycle: number, what: T): void {
    this.items.push({ cycle, what });
  }
  due(cycle: number): T | undefined {
    return this.items[0]?.cycle === cycle ? this.items.shift()?.what : undefined;
  }
}

/** The schedule of `sluice_experts.v`: its registers under their names there, data left out. */
export function expertsModel(
  shape: ExpertsShape,
  wantedOf: (frame: number) => readonly Wanted[],
  run: CycleRun,
): CycleModel {
  return new ExpertsModel(shape, wantedOf, run);
}

class ExpertsModel implements CycleModel {
  readonly reads: readonly MemoryRead[];
  private readonly s: ExpertsShape;
  private readonly wantedOf: (frame: number) => readonly Wanted[];
  private readonly loader: LoaderModel;
  private t = 0;
  // Inputs.
  private readonly stored = [false, false];
  private readonly full = [false, false];
  private readonly wanted: (readonly Wanted[])[] = [[], []];
  private vectorBank = 0;
  private vectorAt = 0;
  private routeBank = 0;
  private routeAt = 0;
  private routeFrame = 0;
  private leaving = 0;
  // The walk through the queues.
  private walkState: 'wait' | 'pick' | 'read' | 'emit' = 'wait';
  private walk = 0;
  private walkAt = 0;
  private walkLeft = 0;
  private fresh = false;
  private job: Job | undefined;
  // First product.
  private at1 = IDLE;
  private last1 = false;
  private target = 0;
  private used = 0;
  private parts1 = 0;
  private slot = 0;
  private readonly filled = [false, false, false, false];
  private readonly puts = new Later<{ readonly slot: number; readonly last: boolean }>();
  // Second product.
  private readonly jobs: Job[] = [END, END, END, END];
  private at2 = IDLE;
  private last2 = false;
  private waiting = 0;
  private next = 0;
  private parts2 = 0;
  private sumBank = 0;
  private readonly busy = [false, false];
  private readonly frees = new Later<boolean>();
  private readonly ends = new Later<number>();
  // Output.
  private readonly whole = [false, false];
  private giveBank = 0;
  private giveAt = 0;
  private valid = false;
  private outLast = false;
  private from = 0;

  constructor(shape: ExpertsShape, wantedOf: (frame: number) => readonly Wanted[], run: CycleRun) {
    this.s = shape;
    this.wantedOf = wantedOf;
    this.loader = new LoaderModel(shape, run);
    this.reads = this.loader.reads;
  }

  reset(): void {
    for (const flags of [this.stored, this.full, this.filled, this.busy, this.whole]) flags.fill(false);
    this.t = this.vectorBank = this.vectorAt = this.routeBank = this.routeAt = this.routeFrame = this.leaving = 0;
    this.walk = this.walkAt = this.walkLeft = this.used = this.parts1 = this.slot = this.target = 0;
    this.waiting = this.next = this.parts2 = this.sumBank = this.giveBank = this.giveAt = this.from = 0;
    this.walkState = 'wait';
    this.at1 = this.at2 = IDLE;
    this.valid = this.outLast = false;
    this.job = undefined;
    this.loader.reset();
    for (const later of [this.puts, this.frees, this.ends]) later.clear();
  }

  step(available: number, space: number): number {
    const { s } = this;
    this.loader.drive();
    // What the registers say.
    const takesVector = (available & 1) !== 0 && !this.stored[this.vectorBank];
    const takesRoute = (available & 2) !== 0 && !this.full[this.routeBank];
    const { job } = this;
    const room = this.used !== SLOTS;
    const over1 = this.at1 === s.slots - 1;
    const begins1 =
      job !== undefined && !job.end && room && (this.at1 === IDLE || over1) && (!job.first || this.parts1 > 0);
    const ends1 = job?.end === true && room && this.at1 === IDLE;
    const length2 = Math.max(s.slots, s.leastJob);
    const over2 = this.at2 === length2 - 1;
    const head = this.jobs[this.next] as Job;
    const ready2 = this.waiting > 0 && this.filled[this.next] === true && !this.busy[this.sumBank];
    const begins2 = ready2 && !head.end && (this.at2 === IDLE || over2) && (!head.first || this.parts2 > 0);
    const ends2 = ready2 && head.end && this.at2 === IDLE;

    // Pipelines.
    if (over1) this.puts.add(this.t + s.upDelay, { slot: this.target, last: this.last1 });
    if (this.at2 === s.slots - 1 && this.last2) this.frees.add(this.t + s.downDelay, true);
    if (ends2) this.ends.add(this.t + s.drain, this.sumBank);
    const put = this.puts.due(this.t);
    const freed = this.frees.due(this.t) === true;
    const ended = this.ends.due(this.t);

    const pushed = this.output(space, ended);
    const done = this.loader.fill();
    this.loader.step(this.wanted, takesRoute && this.routeAt + 1 === s.routes, put?.last === true, freed);
    this.walkQueues(begins1 || ends1);
    this.first(job, begins1, ends1, over2 || ends2, done === 1, put?.slot);
    this.second(job, head, begins1 || ends1, begins2, ends2, over2, done === 2);
    this.input(takesVector, takesRoute, ends1);
    this.t++;
    return (takesVector ? 1 : 0) | (takesRoute ? 2 : 0) | (pushed ? 1 << 16 : 0);
  }

  private output(space: number, ended: number | undefined): boolean {
    const pushes = this.valid && (space & 1) !== 0;
    const moves = !this.valid || pushes;
    const gives = moves && this.whole[this.giveBank] === true;
    if (pushes && this.outLast) this.busy[this.from] = false;
    if (ended !== undefined) this.whole[ended] = true;
    if (moves) this.valid = gives;
    if (gives) {
      this.from = this.giveBank;
      this.outLast = ++this.giveAt === this.s.vectorBeats;
      if (this.outLast) {
        this.whole[this.giveBank] = false;
        this.giveBank = 1 - this.giveBank;
        this.giveAt = 0;
      }
    }
    return pushes;
  }

  private walkQueues(taken: boolean): void {
    const free = this.job === undefined || taken;
    const list = this.wanted[this.walk] as readonly Wanted[];
    if (taken) this.job = undefined;
    if (this.walkState === 'wait') {
      if (this.full[this.walk] && this.stored[this.walk]) {
        this.walkAt = 0;
        this.walkState = 'pick';
      }
    } else if (this.walkState === 'pick') {
      const expert = list[this.walkAt];
      if (expert) {
        this.walkAt++;
        this.walkLeft = expert.routes;
        this.fresh = true;
        this.walkState = 'read';
      } else if (free) {
        this.job = END;
        this.walk = 1 - this.walk;
        this.walkState = 'wait';
      }
    } else if (this.walkState === 'read') this.walkState = 'emit';
    else if (free) {
      this.job = { first: this.fresh, last: this.walkLeft === 1, end: false };
      this.fresh = false;
      this.walkState = --this.walkLeft === 0 ? 'pick' : 'read';
    }
  }

  private first(
    job: Job | undefined,
    begins: boolean,
    ends: boolean,
    slotFree: boolean,
    partDone: boolean,
    put: number | undefined,
  ): void {
    if (put !== undefined) this.filled[put] = true;
    if (begins) {
      this.at1 = 0;
      this.last1 = job?.last === true;
      this.target = this.slot;
    } else if (this.at1 !== IDLE) this.at1 = this.at1 + 1 === this.s.slots ? IDLE : this.at1 + 1;
    if (begins || ends) {
      this.filled[this.slot] = ends;
      this.jobs[this.slot] = job ?? END;
      this.slot = (this.slot + 1) % SLOTS;
    }
    this.used += (begins || ends ? 1 : 0) - (slotFree ? 1 : 0);
    this.parts1 += (partDone ? 1 : 0) - (begins && job?.first ? 1 : 0);
  }

  private second(
    job: Job | undefined,
    head: Job,
    taken: boolean,
    begins: boolean,
    ends: boolean,
    over: boolean,
    partDone: boolean,
  ): void {
    if (begins) {
      this.at2 = 0;
      this.last2 = head.last;
    } else if (over) this.at2 = IDLE;
    else if (this.at2 !== IDLE) this.at2++;
    this.waiting += (taken && job ? 1 : 0) - (begins || ends ? 1 : 0);
    this.parts2 += (partDone ? 1 : 0) - (begins && head.first ? 1 : 0);
    if (begins || ends) this.next = (this.next + 1) % SLOTS;
    if (ends) {
      this.busy[this.sumBank] = true;
      this.sumBank = 1 - this.sumBank;
    }
  }

  private input(vector: boolean, route: boolean, ends: boolean): void {
    if (vector && ++this.vectorAt === this.s.vectorBeats) {
      this.stored[this.vectorBank] = true;
      this.vectorBank = 1 - this.vectorBank;
      this.vectorAt = 0;
    }
    if (route && ++this.routeAt === this.s.routes) {
      this.full[this.routeBank] = true;
      this.wanted[this.routeBank] = this.wantedOf(this.routeFrame++);
      this.routeBank = 1 - this.routeBank;
      this.routeAt = 0;
    }
    if (!ends) return;
    this.stored[this.leaving] = false;
    this.full[this.leaving] = false;
    this.leaving = 1 - this.leaving;
  }
}
