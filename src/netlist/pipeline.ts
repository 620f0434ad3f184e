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
  /**
   * The last inputs of the netlist, one value for each, are parameters: they hold while frames pass, and are there in every stage. These
   * are the values that they start with.
   */
  readonly parameters: readonly number[];
}

/** Which values are parameters. */
export function parametersOf({ net, parameters }: Pick<Pipeline, 'net' | 'parameters'>): ReadonlySet<number> {
  return new Set(net.inputs.slice(net.inputs.length - parameters.length).map((p) => p.value));
}

/** Bits that a value is written in. */
export const bitsAt = (net: Netlist, i: number): number => elemFor(rangeAt(net, i)).bits;

/** Known at compile time: it is no signal and has no registers. */
export const isKnown = (net: Netlist, i: number): boolean => net.lo[i] === net.hi[i];

/** Bits of a register of a value: low bits that are always 0 need none. */
export const registerWidth = (net: Netlist, i: number): number =>
  isKnown(net, i) ? 0 : Math.max(0, bitsAt(net, i) - (net.zeros[i] as number));

/** The last stage in which each value is read; its own stage where nothing reads it. */
export function lastReads(p: Pipeline): Int32Array {
  const { net, stage, stages } = p;
  const held = parametersOf(p);
  const last = Int32Array.from(stage);
  const read = (v: number, at: number): void => {
    if (held.has(v)) return;
    last[v] = Math.max(last[v] as number, at);
  };
  for (let i = 0; i < net.op.length; i++) {
    for (const a of nodeAt(net, i).args as Int32Array) if (a >= 0) read(a, stage[i] as number);
  }
  for (const { value } of net.outputs) read(value, stages);
  return last;
}

/** The stages in which each parameter is read: it has a register in each. */
export function parameterStages(p: Pipeline): ReadonlyMap<number, readonly number[]> {
  const stages = new Map([...parametersOf(p)].map((v) => [v, new Set<number>()]));
  for (let i = 0; i < p.net.op.length; i++) {
    for (const a of nodeAt(p.net, i).args as Int32Array) stages.get(a)?.add(p.stage[i] as number);
  }
  for (const { value } of p.net.outputs) stages.get(value)?.add(p.stages);
  return new Map([...stages].map(([v, s]) => [v, [...s].sort((a, b) => a - b)]));
}

/** Flip-flops of all values, in bits. */
export function registerBits(p: Pipeline): number {
  const last = lastReads(p);
  let bits = 0;
  for (let i = 0; i < last.length; i++) {
    bits += registerWidth(p.net, i) * ((last[i] as number) - (p.stage[i] as number));
  }
  // A parameter is held once for each stage that reads it, and once more while it is loaded.
  for (const [v, at] of parameterStages(p)) bits += bitsAt(p.net, v) * (at.length + 1);
  return bits;
}

/** What is wrong with the stages, in words. */
export function pipelineProblem({ net, stage, stages }: Omit<Pipeline, 'parameters'>): string | undefined {
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
export function periodOf({ net, stage }: Pick<Pipeline, 'net' | 'stage'>, levels: ArrayLike<number>): number {
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
