import { invariant } from '../diag/diagnostic.ts';
import type { HostAttrs, HostOp } from './op.ts';
import { hostOps } from './ops/index.ts';
import type { DType, HostTensor } from './tensor.ts';

export interface HostNode {
  readonly op: string;
  readonly attrs: HostAttrs;
  readonly opset: number;
  /** '' = left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface HostValue {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/**
 * Real arithmetic that runs on the host: before the first quantiser or after the last. Straight-line code in double
 * precision over the model's own operators.
 */
export interface HostProgram {
  readonly inputs: readonly HostValue[];
  readonly outputs: readonly HostValue[];
  readonly nodes: readonly HostNode[];
  readonly consts: { readonly [name: string]: HostTensor };
}

export const emptyProgram: HostProgram = { inputs: [], outputs: [], nodes: [], consts: {} };

/** Runs one node on tensors by name, and adds what it names of its results. Throws RangeError as its operator does. */
export function runNode(n: HostNode, f: HostOp, env: Map<string, HostTensor>): void {
  const inputs = n.inputs.map((v) => env.get(v));
  const results = f({ inputs, attrs: n.attrs, opset: n.opset, outputs: n.outputs.length });
  n.outputs.forEach((v, i) => {
    const t = results[i];
    if (t) env.set(v, t);
  });
}

/** Runs a program; the result maps every output's name to its tensor. */
export function runHost(program: HostProgram, inputs: ReadonlyMap<string, HostTensor>): Map<string, HostTensor> {
  const env = new Map<string, HostTensor>([...Object.entries(program.consts), ...inputs]);
  for (const n of program.nodes) {
    const f = hostOps.get(n.op);
    invariant(f, `host program with unknown operator ${n.op}`);
    runNode(n, f, env);
  }
  const out = new Map<string, HostTensor>();
  for (const o of program.outputs) {
    const t = env.get(o.name);
    invariant(t, `host program did not compute ${o.name}`);
    out.set(o.name, t);
  }
  return out;
}
