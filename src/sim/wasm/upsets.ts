/** Single-event upsets: one flip-flop of a running design is inverted, and its outputs and its state are watched. */
import { stallThreshold } from '../../kernels/stall.ts';
import { hexLines } from '../../num/hex.ts';
import type { RtlJob } from '../rtl.ts';
import type { Simulator } from './instance.ts';

export interface UpsetPlan {
  /** At least as many as there are flip-flops, so that each is hit. */
  readonly injections: number;
  readonly seed: number;
}

export interface UpsetResult {
  readonly flipFlops: number;
  readonly injections: number;
  /** Flip-flops that were hit at least once. */
  readonly hit: number;
  /** Injections after which an output differed in any cycle: data, valid, last, or ready of an input. */
  readonly wrong: number;
  /** Injections after which the state was not that of the undisturbed run at the end of the watch. */
  readonly unrepaired: number;
  /** Most clock edges until the state was right again, over all that were repaired. */
  readonly slowestRepair: number;
}

/** Cycles of the undisturbed run into which upsets fall, after the design has filled. */
const WINDOW = 256;
/** Cycles for which a disturbed run is watched at most. */
const WATCH = 192;
const RESET_CYCLES = 4;

type Random = () => number;

/** xorshift32, as unsigned integers. */
function generator(seed: number): Random {
  let s = Math.imul(seed + 1, 0x9e3779b9) | 1;
  return () => {
    s ^= s << 13;
    s ^= s >>> 17;
    s ^= s << 5;
    return s >>> 0;
  };
}

/** What the environment does in one cycle, and what the design answers. */
interface Cycle {
  readonly drive: readonly (readonly [port: string, value: bigint])[];
  readonly answer: readonly bigint[];
  /** Memory before the cycle. */
  readonly before: Uint8Array;
}

/** One undisturbed run: frames of the job over and over, stalls by its plan. */
function record(s: Simulator, job: RtlJob, cycles: number, random: Random): Cycle[] {
  const limit = stallThreshold(job.stall);
  const stalls = (): boolean => limit > 0 && random() >>> 16 < limit;
  const at = job.inputs.map(() => 0);
  const held = job.inputs.map(() => false);
  return Array.from({ length: cycles }, () => {
    const drive: [string, bigint][] = [];
    for (const port of job.outputs) drive.push([`${port.name}_tready`, stalls() ? 0n : 1n]);
    job.inputs.forEach(({ port, beats }, i) => {
      held[i] = held[i] || !stalls();
      const bytes = port.width / 8;
      const beat = (at[i] as number) % (beats.length / bytes);
      const word = hexLines(beats.subarray(beat * bytes, (beat + 1) * bytes), bytes);
      drive.push([`${port.name}_tvalid`, held[i] ? 1n : 0n], [`${port.name}_tdata`, BigInt(`0x${word.trim()}`)]);
    });
    const before = s.bytes().slice(0, s.layout.end);
    const answer = stepWith(s, job, drive);
    job.inputs.forEach((_, i) => {
      if (!held[i] || answer[i] !== 1n) return;
      at[i] = (at[i] as number) + 1;
      held[i] = false;
    });
    return { drive, answer, before };
  });
}

/** Drives the ports for one cycle; ready of the inputs, then valid, last and (where valid) data of the outputs. */
function stepWith(s: Simulator, job: RtlJob, drive: Cycle['drive']): bigint[] {
  for (const [port, value] of drive) s.set(port, value);
  s.step();
  const ready = job.inputs.map(({ port }) => s.get(`${port.name}_tready`));
  const out = job.outputs.flatMap(({ name }) => {
    const valid = s.get(`${name}_tvalid`);
    return valid === 1n ? [valid, s.get(`${name}_tlast`), s.get(`${name}_tdata`)] : [0n, 0n, 0n];
  });
  return [...ready, ...out];
}

const same = (a: readonly bigint[], b: readonly bigint[]): boolean => a.every((v, i) => v === b[i]);

/** Every flip-flop in turn, at random cycles, until there are as many injections as planned. */
export function runUpsets(s: Simulator, job: RtlJob, { injections, seed }: UpsetPlan): UpsetResult {
  const random = generator(seed);
  s.set('aresetn', 0n);
  for (let i = 0; i < RESET_CYCLES; i++) s.step();
  s.set('aresetn', 1n);
  const fill = WATCH;
  const cycles = record(s, job, fill + WINDOW + WATCH + 1, random);
  const { registers } = s.layout;
  const bits = registers.flatMap((r) => Array.from({ length: r.width }, (_, bit) => ({ address: r.address, bit })));
  /** Whether the flip-flops hold what they held before a cycle of the undisturbed run. */
  const isState = (now: Uint8Array, then: Uint8Array): boolean =>
    registers.every(({ address, width }) => {
      for (let at = address; at < address + width / 8; at++) if (now[at] !== then[at]) return false;
      return true;
    });
  let [wrong, unrepaired, slowest] = [0, 0, 0];
  for (let k = 0; k < injections; k++) {
    const { address, bit } = bits[k % bits.length] as { address: number; bit: number };
    const first = fill + (random() % WINDOW);
    const memory = s.bytes();
    memory.set((cycles[first] as Cycle).before);
    const byte = address + (bit >>> 3);
    memory[byte] = (memory[byte] as number) ^ (1 << (bit & 7));
    let [right, repaired] = [true, -1];
    for (let t = 0; t < WATCH && repaired < 0; t++) {
      const cycle = cycles[first + t] as Cycle;
      if (!same(stepWith(s, job, cycle.drive), cycle.answer)) right = false;
      if (isState(memory, (cycles[first + t + 1] as Cycle).before)) repaired = t + 1;
    }
    if (!right) wrong++;
    if (repaired < 0) unrepaired++;
    else slowest = Math.max(slowest, repaired);
  }
  return {
    flipFlops: bits.length,
    injections,
    hit: Math.min(injections, bits.length),
    wrong,
    unrepaired,
    slowestRepair: slowest,
  };
}
