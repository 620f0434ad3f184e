/** Runs a job's vectors through a simulator and collects what came out. */
import { type StallPlan, stallSeed, stallThreshold } from '../../kernels/stall.ts';
import type { InputStream, OutputTrace, RtlJob, RtlResult, StreamPort } from '../rtl.ts';
import { GLOBAL, PORT, STATUS, type StreamSlots, VIOLATIONS } from './control.ts';
import type { Simulator } from './instance.ts';
import { serveMemories } from './memories.ts';

const RESET_CYCLES = 4;
/** Cycles from the last beat to the end of a run, as in the other harnesses: a beat too many may come. */
const DRAIN_CYCLES = 64;
/** Cycles per call: V8 replaces slow first code by optimised code only between calls. */
const CYCLES_PER_CALL = 4096;

interface Buffers {
  readonly beats: number;
  readonly cycles: number;
}

export function runVectors(simulator: Simulator, job: RtlJob): RtlResult {
  const { streams } = simulator.layout;
  const inputs = job.inputs.map((input) => allocate(simulator, input.port, job.frames));
  const outputs = job.outputs.map((port) => allocate(simulator, port, job.frames));
  const memories = serveMemories(simulator, job);
  reset(simulator, streams.outputs);

  const memory = simulator.bytes();
  const view = simulator.view();
  for (const [i, slots] of streams.inputs.entries()) {
    const { port, beats } = entry<InputStream>(job.inputs, i);
    const buffers = entry(inputs, i);
    if (beats.length !== (job.frames * port.beatsPerFrame * port.width) / 8) {
      throw new Error(`wasm simulator: ${port.name} needs ${job.frames} frames of ${port.beatsPerFrame} beats`);
    }
    memory.set(beats, buffers.beats);
    preparePort(view, slots, port, buffers, job, i);
  }
  for (const [i, slots] of streams.outputs.entries()) {
    preparePort(view, slots, entry(job.outputs, i), entry(outputs, i), job, job.inputs.length + i);
  }
  const ports = [...job.inputs.map((input) => input.port), ...job.outputs];
  const beats = ports.reduce((sum, port) => sum + port.beatsPerFrame * job.frames, 0);
  view.setUint32(streams.global + GLOBAL.idleLimit, job.idleLimit, true);
  view.setUint32(streams.global + GLOBAL.stallThreshold, thresholdOf(job.stall), true);
  view.setUint32(streams.global + GLOBAL.pendingBeats, beats, true);
  view.setUint32(streams.global + GLOBAL.drain, Math.min(DRAIN_CYCLES, job.idleLimit), true);

  let status: number = STATUS.running;
  while (status === STATUS.running) status = simulator.run(CYCLES_PER_CALL);
  const countOf = (slots: StreamSlots): number => view.getUint32(slots.control + PORT.count, true);
  const missing = (slots: StreamSlots): number => view.getUint32(slots.control + PORT.total, true) - countOf(slots);
  const hung = streams.outputs.some((slots) => missing(slots) > 0);
  const untaken = hung ? [] : streams.inputs.filter((slots) => missing(slots) > 0);
  return {
    outputs: streams.outputs.map((slots, i): OutputTrace => {
      const count = countOf(slots);
      const { beats, cycles } = entry(outputs, i);
      return {
        beats: memory.slice(beats, beats + (count * slots.shape.width) / 8),
        cycles: new Float64Array(memory.slice(cycles, cycles + count * 8).buffer),
      };
    }),
    inputCycles: streams.inputs.map((slots, i) => {
      const { cycles } = entry(inputs, i);
      return new Float64Array(memory.slice(cycles, cycles + countOf(slots) * 8).buffer);
    }),
    reads: memories.map((m) => m.reads),
    totalCycles: view.getUint32(streams.global + GLOBAL.cycle, true),
    hung,
    violations: [
      ...untaken.map((slots) => `${slots.shape.name}: ${missing(slots)} beats were never taken`),
      ...streams.outputs.flatMap((slots) => violationsOf(view, slots)),
      ...memories.flatMap((m) => m.violations),
    ],
  };
}

/** A port stalls where its generator's 32 bits are below this: the harnesses compare the upper 16. */
const thresholdOf = (stall: StallPlan): number => stallThreshold(stall) * 0x10000;

function allocate(simulator: Simulator, port: StreamPort, frames: number): Buffers {
  const beats = port.beatsPerFrame * frames;
  // Whole limbs are read and written: eight bytes more than the last beat.
  return { beats: simulator.grow((beats * port.width) / 8 + 8), cycles: simulator.grow(beats * 8) };
}

function reset(simulator: Simulator, outputs: readonly StreamSlots[]): void {
  simulator.set('aresetn', 0n);
  for (const { shape } of outputs) simulator.set(`${shape.name}_tready`, 0n);
  for (let i = 0; i < RESET_CYCLES; i++) simulator.step();
  simulator.set('aresetn', 1n);
}

function preparePort(
  view: DataView,
  slots: StreamSlots,
  port: StreamPort,
  buffers: Buffers,
  job: RtlJob,
  index: number,
): void {
  const word = (offset: number, value: number): void => view.setUint32(slots.control + offset, value, true);
  word(PORT.total, port.beatsPerFrame * job.frames);
  word(PORT.perFrame, port.beatsPerFrame);
  word(PORT.beat, buffers.beats);
  word(PORT.cycle, buffers.cycles);
  word(PORT.random, stallSeed(job.stall, index));
}

function violationsOf(view: DataView, { control, shape }: StreamSlots): string[] {
  return VIOLATIONS.flatMap((text, kind) => {
    const at = control + PORT.violations + kind * 8;
    const count = view.getUint32(at, true);
    const first = view.getUint32(at + 4, true);
    return count === 0 ? [] : [`${shape.name}: ${text} (cycle ${first}${count > 1 ? `, ${count} times` : ''})`];
  });
}

function entry<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error(`wasm simulator: no stream ${index}`);
  return found;
}
