import { type Netlist, nodeAt, opAt } from '../netlist.ts';
import { isKnown, type Pipeline, parametersOf, registerWidth } from '../pipeline.ts';
import { Differences } from './differences.ts';

export interface RetimeOptions {
  /** Delay of each node's logic, in whole units. */
  readonly delay: ArrayLike<number>;
  /** Most units between two registers. */
  readonly period: number;
  readonly parameters?: readonly number[];
}

export interface Retimed extends Pipeline {
  /** No other placement with this period and this latency has fewer register bits. */
  readonly optimal: boolean;
}

/** The most looks at arcs that the search for fewer registers may take: a minute or two. */
const WORK = 2e9;

/**
 * Places registers: the fewest stages that keep the period, then the fewest register bits for these stages.
 *
 * Stages are integers s under the constraints of Leiserson and Saxe (Retiming Synchronous Circuitry, 1991): a reader stands
 * in no earlier stage than what it reads, and a path longer than the period crosses a register. The latter are not listed
 * pair by pair: p(v, j) is the last stage of a node from which a path of at least j units ends with v, and the constraint is
 * s(v) ≥ p(u, period + 1 − delay(v)) + 1 for what v reads.
 */
export function retime(net: Netlist, { delay, period, parameters = [] }: RetimeOptions): Retimed {
  const n = net.op.length;
  const units = (i: number): number => Math.min(delay[i] as number, period);
  // What holds still is there in every stage, and has no registers on the way.
  const held = parametersOf({ net, parameters });
  const still = (v: number): boolean => v < 0 || isKnown(net, v) || held.has(v);
  const signals = Array.from({ length: n }, (_, i) => i).filter((i) => !still(i));
  // Variables: the stage of each node, the last stage that reads it, and its p(·, j) for each j that it is not itself as long as.
  const last = n;
  const path = new Int32Array(n);
  let variables = 2 * n;
  for (const i of signals) {
    path[i] = variables - units(i) - 1;
    variables += period - units(i);
  }
  const d = new Differences(variables);
  // Where there is no path as long, no stage is too early.
  d.x.fill(-1, 2 * n);
  const p = (v: number, j: number): number => (j <= units(v) ? v : (path[v] as number) + j);
  for (const i of signals) {
    const own = units(i);
    for (const a of nodeAt(net, i).args as Int32Array) {
      if (still(a)) continue;
      d.atLeast(i, a, 0);
      if (own > 0) d.atLeast(i, p(a, period + 1 - own), 1);
    }
    for (const a of nodeAt(net, i).args as Int32Array) {
      if (still(a)) continue;
      for (let j = own + 1; j <= period; j++) d.atLeast(p(i, j), p(a, j - own), 0);
      d.atLeast(last + a, i, 0);
    }
    d.atLeast(last + i, i, 0);
    d.weight[last + i] = registerWidth(net, i);
    d.weight[i] = -registerWidth(net, i);
    if (opAt(net, i).role === 'source') d.atMost(i, 0);
  }
  d.settle();
  const stages = 1 + signals.reduce((most, i) => Math.max(most, d.x[i] as number), 0);
  for (const i of signals) if (opAt(net, i).role !== 'source') d.atMost(i, stages - 1);
  for (const { value } of net.outputs) if (!still(value)) d.x[last + value] = stages;
  const optimal = d.minimise(WORK);
  return { net, stage: d.x.slice(0, n), stages, parameters, optimal };
}
