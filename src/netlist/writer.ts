import { invariant } from '../diag/diagnostic.ts';
import type { Interval } from '../num/elem.ts';
import type { Netlist, NetPort } from './netlist.ts';
import { type Known, LARGEST, type NetOp } from './op.ts';
import { input } from './ops/input.ts';
import { codeOf } from './ops/list.ts';

/** Why a node cannot be appended, or undefined. */
export function problemOf(
  op: NetOp,
  args: readonly number[],
  params: readonly number[],
  known: Known,
  before: number,
): string | undefined {
  if (op.arity !== 'pins' && args.length !== op.arity) return `${op.name} reads ${op.arity} values, not ${args.length}`;
  const least = op.arity === 'pins' ? -1 : 0;
  for (const a of args) if (a < least || a >= before) return `it reads %${a}, which is not defined before it`;
  const pins = op.arity === 'pins' ? args.length : 0;
  const fixed = op.params.length + pins;
  if (op.entries ? params.length < fixed : params.length !== fixed) {
    return `${op.name} has ${op.params.length} parameters, not ${params.length - pins}`;
  }
  const node = { args, params };
  const bad = op.check(node, known);
  if (bad !== undefined) return bad;
  const { lo, hi } = op.range(node, known);
  return lo >= -LARGEST && hi <= LARGEST ? undefined : `its range ${lo}..${hi} is beyond 2^53`;
}

/** Appends nodes as they are told: no folding, no sharing. Ranges come from the ops, or are stated where more is known. */
export class NetlistWriter {
  private readonly op: number[] = [];
  private readonly argStart = [0];
  private readonly args: number[] = [];
  private readonly paramStart = [0];
  private readonly params: number[] = [];
  private readonly lo: number[] = [];
  private readonly hi: number[] = [];
  private readonly low: number[] = [];
  private readonly inputs: NetPort[] = [];
  private readonly outputs: NetPort[] = [];

  readonly known: Known = {
    range: (v) => ({ lo: this.lo[v] as number, hi: this.hi[v] as number }),
    zeros: (v) => this.low[v] as number,
  };

  get size(): number {
    return this.op.length;
  }

  /** `stated` narrows what the op derives; it must hold for all inputs, and cannot be seen from the arguments alone. */
  push(op: NetOp, args: readonly number[], params: readonly number[], stated?: Interval): number {
    const problem = problemOf(op, args, params, this.known, this.size);
    invariant(problem === undefined, `%${this.size} = ${op.name}: ${problem}`);
    const node = { args, params };
    const derived = op.range(node, this.known);
    const lo = Math.max(derived.lo, stated?.lo ?? derived.lo);
    const hi = Math.min(derived.hi, stated?.hi ?? derived.hi);
    invariant(lo <= hi, `%${this.size} = ${op.name}: no value in ${lo}..${hi}`);
    this.low.push(Math.min(52, op.zeros(node, this.known)));
    this.op.push(codeOf(op));
    for (const a of args) this.args.push(a);
    for (const p of params) this.params.push(p);
    this.argStart.push(this.args.length);
    this.paramStart.push(this.params.length);
    this.lo.push(lo);
    this.hi.push(hi);
    return this.size - 1;
  }

  input(name: string, { lo, hi }: Interval, zeros = 0): number {
    const value = this.push(input, [], [lo, hi, zeros]);
    this.inputs.push({ name, value });
    return value;
  }

  /** Names the input that was pushed last. */
  port(name: string): void {
    this.inputs.push({ name, value: this.size - 1 });
  }

  output(name: string, value: number): void {
    this.outputs.push({ name, value });
  }

  finish(name: string): Netlist {
    return {
      name,
      inputs: [...this.inputs],
      outputs: [...this.outputs],
      op: Uint8Array.from(this.op),
      argStart: Int32Array.from(this.argStart),
      args: Int32Array.from(this.args),
      paramStart: Int32Array.from(this.paramStart),
      params: Float64Array.from(this.params),
      lo: Float64Array.from(this.lo),
      hi: Float64Array.from(this.hi),
      zeros: Uint8Array.from(this.low),
    };
  }
}
