/** The loop of the cycle simulator. Agents that rest are not visited: time passes over them, cycle-exactly. */
import type { Agent, Channel, Network, Tap } from './network.ts';

export interface Limits {
  /** Stop, as hung, after this many cycles without a handshake. */
  readonly idle: number;
  readonly cycles: number;
}

export interface Run {
  /** Cycle of each handshake, per port. */
  readonly inputs: readonly Float64Array[];
  readonly outputs: readonly Float64Array[];
  readonly totalCycles: number;
  /** Most beats that each channel ever held, and those left at the end. */
  readonly fill: Int32Array;
  readonly count: Int32Array;
  readonly idle: boolean;
  /** Visits of agents. */
  readonly work: number;
}

export function runNetwork(network: Network, limits: Limits): Run {
  const { channels, agents, inputs, outputs } = network;
  const state = new State(channels, agents);
  const taps = [...inputs, ...outputs].map((tap) => recorder(tap, state));
  const beatsOn = (ports: readonly Tap[]): number => ports.reduce((n, tap) => n + tap.beats, 0);
  let missing = beatsOn(outputs);
  let waiting = beatsOn(inputs);
  for (const { model } of agents) model.reset();
  let cycle = 0;
  let idle = 0;
  while (missing + waiting > 0 && idle < limits.idle && cycle < limits.cycles) {
    const moved = state.step(cycle);
    if (moved) {
      for (let i = 0; i < taps.length; i++) {
        if (!(taps[i] as Recorder).note(cycle)) continue;
        if (i < inputs.length) waiting--;
        else missing--;
      }
      state.settle(cycle);
    }
    idle = moved ? 0 : idle + 1;
    cycle++;
    if (missing + waiting === 0) break;
    const pause = Math.min(state.nextVisit - cycle, limits.idle - idle, limits.cycles - cycle);
    if (pause > 0) {
      idle += pause;
      cycle += pause;
    }
  }
  const cycles = taps.map((t) => t.cycles.slice(0, t.seen()));
  return {
    inputs: cycles.slice(0, inputs.length),
    outputs: cycles.slice(inputs.length),
    totalCycles: cycle,
    fill: state.fill,
    count: state.count,
    idle: missing > 0 && idle >= limits.idle,
    work: state.work,
  };
}

class State {
  readonly count: Int32Array;
  readonly fill: Int32Array;
  readonly pops: Uint8Array;
  readonly pushes: Uint8Array;
  work = 0;
  /** The first cycle in which an agent must be visited. */
  nextVisit = 0;
  private readonly depth: Int32Array;
  private readonly agents: readonly Agent[];
  /** Per channel, the agents that fill and drain it; −1 for a port without an agent. */
  private readonly writer: Int32Array;
  private readonly reader: Int32Array;
  /** Channels with a handshake in this cycle. */
  private readonly touched: Int32Array;
  private touches = 0;
  /** Per agent: when it must be visited again, since when it rests, and the flags that it fell asleep with. */
  private readonly wake: Float64Array;
  private readonly since: Float64Array;
  private readonly available: Int32Array;
  private readonly space: Int32Array;

  constructor(channels: readonly Channel[], agents: readonly Agent[]) {
    this.count = Int32Array.from(channels, (c) => c.initial);
    this.fill = this.count.slice();
    this.depth = Int32Array.from(channels, (c) => c.depth);
    this.pops = new Uint8Array(channels.length);
    this.pushes = new Uint8Array(channels.length);
    this.agents = agents;
    this.writer = new Int32Array(channels.length).fill(-1);
    this.reader = new Int32Array(channels.length).fill(-1);
    agents.forEach(({ ins, outs }, a) => {
      for (const c of ins) this.reader[c] = a;
      for (const c of outs) this.writer[c] = a;
    });
    this.touched = new Int32Array(2 * channels.length);
    this.wake = new Float64Array(agents.length);
    this.since = new Float64Array(agents.length);
    this.available = new Int32Array(agents.length);
    this.space = new Int32Array(agents.length);
  }

  /** All agents see the channels as they are at the start of the cycle; what they do takes effect at its end. */
  step(cycle: number): boolean {
    const { wake } = this;
    let next = Number.POSITIVE_INFINITY;
    for (let a = 0; a < wake.length; a++) {
      let at = wake[a] as number;
      if (at <= cycle) {
        this.visit(a, cycle);
        at = wake[a] as number;
      }
      if (at < next) next = at;
    }
    this.nextVisit = next;
    return this.touches > 0;
  }

  private visit(a: number, cycle: number): void {
    const { model, ins, outs } = this.agents[a] as Agent;
    this.work++;
    const slept = cycle - (this.since[a] as number);
    if (slept > 0) model.rest?.skip(slept, this.available[a] as number, this.space[a] as number);
    let available = 0;
    for (let i = 0; i < ins.length; i++) if ((this.count[ins[i] as number] as number) > 0) available |= 1 << i;
    let space = 0;
    for (let i = 0; i < outs.length; i++) {
      const c = outs[i] as number;
      if ((this.count[c] as number) < (this.depth[c] as number)) space |= 1 << i;
    }
    const done = model.step(available, space);
    this.since[a] = cycle + 1;
    if (done === 0) {
      // Neighbours that change these flags in this very cycle will wake it.
      this.wake[a] = cycle + 1 + (model.rest?.quiet(available, space) ?? 0);
      this.available[a] = available;
      this.space[a] = space;
      return;
    }
    this.wake[a] = cycle + 1;
    for (let i = 0; i < ins.length; i++) if ((done >>> i) & 1) this.touch(this.pops, ins[i] as number);
    for (let i = 0; i < outs.length; i++) if ((done >>> (16 + i)) & 1) this.touch(this.pushes, outs[i] as number);
  }

  private touch(flags: Uint8Array, channel: number): void {
    flags[channel] = 1;
    this.touched[this.touches++] = channel;
  }

  /** The handshakes of a cycle take effect; agents that wait for what changed wake up. */
  settle(cycle: number): void {
    const { count, fill, depth, pops, pushes } = this;
    for (let i = 0; i < this.touches; i++) {
      const c = this.touched[i] as number;
      const before = count[c] as number;
      const n = before + (pushes[c] as number) - (pops[c] as number);
      pops[c] = 0;
      pushes[c] = 0;
      if (n === before) continue;
      count[c] = n;
      if (n > (fill[c] as number)) fill[c] = n;
      if (before === 0) this.wakeUp(this.reader[c] as number, cycle + 1);
      if (before >= (depth[c] as number)) this.wakeUp(this.writer[c] as number, cycle + 1);
    }
    this.touches = 0;
  }

  private wakeUp(agent: number, cycle: number): void {
    if (agent < 0 || (this.wake[agent] as number) <= cycle) return;
    this.wake[agent] = cycle;
    this.nextVisit = cycle;
  }
}

interface Recorder {
  readonly cycles: Float64Array;
  readonly seen: () => number;
  /** Records a handshake of this cycle, if there is one. */
  readonly note: (cycle: number) => boolean;
}

function recorder(tap: Tap, { pops, pushes }: State): Recorder {
  const flags = tap.side === 'pop' ? pops : pushes;
  const cycles = new Float64Array(tap.beats);
  let seen = 0;
  return {
    cycles,
    seen: () => seen,
    note: (cycle) => {
      if (flags[tap.channel] !== 1 || seen === tap.beats) return false;
      cycles[seen++] = cycle;
      return true;
    },
  };
}
