import { invariant } from '../diag/diagnostic.ts';
import { type Netlist, nodeAt, opAt, rangeAt } from './netlist.ts';

/** Vectors at a time: columns of this length stay in the cache. */
const BLOCK = 256;

export interface NetRun {
  /** Fails where a value leaves its range: for tests. */
  readonly checked?: boolean;
  /** Sees the values of each node, some vectors at a time, in their order. */
  readonly watch?: (node: number, values: Float64Array) => void;
}

/** The step after which each column is free, and which of a few columns it is: few stay live at a time. */
function plan(net: Netlist): { column: Int32Array; columns: number } {
  const n = net.op.length;
  const last = new Int32Array(n).fill(-1);
  for (let i = 0; i < n; i++) for (const a of nodeAt(net, i).args as Int32Array) if (a >= 0) last[a] = i;
  for (const { value } of net.outputs) last[value] = n;
  for (const { value } of net.inputs) last[value] = n;
  const column = new Int32Array(n);
  const free: number[] = [];
  let columns = 0;
  for (let i = 0; i < n; i++) {
    column[i] = free.pop() ?? columns++;
    for (const a of new Set(nodeAt(net, i).args as Int32Array))
      if (a >= 0 && last[a] === i) free.push(column[a] as number);
    if (last[i] === -1) free.push(column[i] as number);
  }
  return { column, columns };
}

/**
 * What a netlist computes, exactly. `x` holds vectors of inputs one after the other, the result vectors of outputs.
 */
export function evaluate(net: Netlist, x: ArrayLike<number>, { checked = false, watch }: NetRun = {}): Float64Array {
  const [ins, outs] = [net.inputs.length, net.outputs.length];
  const vectors = ins === 0 ? 1 : x.length / ins;
  invariant(Number.isInteger(vectors), `${x.length} values are no whole number of vectors of ${ins}`);
  const y = new Float64Array(vectors * outs);
  const { column, columns } = plan(net);
  const store = Array.from({ length: columns }, () => new Float64Array(BLOCK));
  const at = (v: number): Float64Array => store[column[v] as number] as Float64Array;
  const none = new Float64Array(0);
  const steps = Array.from(net.op, (_, i) => {
    const node = nodeAt(net, i);
    return { op: opAt(net, i), node, args: Array.from(node.args, (a) => (a < 0 ? none : at(a))), out: at(i) };
  });
  for (let from = 0; from < vectors; from += BLOCK) {
    const count = Math.min(BLOCK, vectors - from);
    net.inputs.forEach(({ value }, k) => {
      const to = at(value);
      for (let i = 0; i < count; i++) to[i] = x[(from + i) * ins + k] as number;
    });
    steps.forEach(({ op, node, args, out }, i) => {
      op.evaluate(node, args, out, count);
      if (checked) check(net, i, out.subarray(0, count));
      watch?.(i, out.subarray(0, count));
    });
    net.outputs.forEach(({ value }, k) => {
      const column = at(value);
      for (let i = 0; i < count; i++) y[(from + i) * outs + k] = column[i] as number;
    });
  }
  return y;
}

function check(net: Netlist, i: number, values: Float64Array): void {
  const { lo, hi } = rangeAt(net, i);
  const step = 2 ** (net.zeros[i] as number);
  for (const v of values) {
    invariant(v >= lo && v <= hi, `%${i} is ${v}, outside ${lo}..${hi}`);
    invariant(v % step === 0, `%${i} is ${v}, no multiple of ${step}`);
  }
}
