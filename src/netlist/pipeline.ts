import { elemFor } from '../num/elem.ts';
import { type Netlist, nodeAt, opAt, rangeAt } from './netlist.ts';

/**
 * A netlist with registers. Values cross `stages` register boundaries on every path from inputs to outputs; the logic of
 * node i stands behind the first `stage[i]` of them. Inputs are at stage 0, outputs at stage `stages`.
 */
export interface Pipeline {
  readonly net: Netlist;
  readonly stage: Int32Array;
  readonly stages: number;
}

/** Bits that a value is written in. */
export const bitsAt = (net: Netlist, i: number): number => elemFor(rangeAt(net, i)).bits;

/** Known at compile time: it is no signal and has no registers. */
export const isKnown = (net: Netlist, i: number): boolean => net.lo[i] === net.hi[i];

/** Bits of a register of a value: low bits that are always 0 need none. */
export const registerWidth = (net: Netlist, i: number): number =>
  isKnown(net, i) ? 0 : Math.max(0, bitsAt(net, i) - (net.zeros[i] as number));

/** The last stage in which each value is read; its own stage where nothing reads it. */
export function lastReads({ net, stage, stages }: Pipeline): Int32Array {
  const last = Int32Array.from(stage);
  const read = (v: number, at: number): void => {
    last[v] = Math.max(last[v] as number, at);
  };
  for (let i = 0; i < net.op.length; i++) {
    for (const a of nodeAt(net, i).args as Int32Array) if (a >= 0) read(a, stage[i] as number);
  }
  for (const { value } of net.outputs) read(value, stages);
  return last;
}

/** Flip-flops of all values, in bits. */
export function registerBits(p: Pipeline): number {
  const last = lastReads(p);
  let bits = 0;
  for (let i = 0; i < last.length; i++) {
    bits += registerWidth(p.net, i) * ((last[i] as number) - (p.stage[i] as number));
  }
  return bits;
}

/** What is wrong with the stages, in words. */
export function pipelineProblem({ net, stage, stages }: Pipeline): string | undefined {
  if (stage.length !== net.op.length) return `${stage.length} stages for ${net.op.length} nodes`;
  for (let i = 0; i < stage.length; i++) {
    const s = stage[i] as number;
    if (!(s >= 0 && s < stages)) return `%${i} stands in stage ${s} of ${stages}`;
    for (const a of nodeAt(net, i).args as Int32Array) {
      if (a >= 0 && (stage[a] as number) > s) return `%${i} in stage ${s} reads %${a} of stage ${stage[a]}`;
    }
  }
  const late = net.inputs.find(({ value }) => stage[value] !== 0);
  return late ? `input ${late.name} is not in stage 0` : undefined;
}

/** Levels of logic of the longest path between two registers. */
export function periodOf({ net, stage }: Pipeline, levels: ArrayLike<number>): number {
  const at = new Float64Array(net.op.length);
  let period = 0;
  for (let i = 0; i < at.length; i++) {
    let from = 0;
    for (const a of nodeAt(net, i).args as Int32Array) {
      if (a >= 0 && stage[a] === stage[i]) from = Math.max(from, at[a] as number);
    }
    at[i] = opAt(net, i).role === 'source' ? 0 : from + (levels[i] as number);
    period = Math.max(period, at[i] as number);
  }
  return period;
}
