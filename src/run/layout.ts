import type { HostProgram } from '../host/program.ts';

const LAYOUT_OPS = new Set(['Reshape', 'Transpose', 'Flatten', 'Squeeze', 'Unsqueeze', 'Identity', 'Dropout']);

/** True for programs that only move numbers: each output is one input, permuted. */
export function isLayout(program: HostProgram): boolean {
  const inputs = new Set([...program.inputs.map((i) => i.name), ...program.nodes.flatMap((n) => n.outputs)]);
  return (
    program.nodes.every((n) => LAYOUT_OPS.has(n.op) && inputs.has(n.inputs[0] ?? '')) &&
    program.outputs.every((o) => inputs.has(o.name))
  );
}

/** `n` numbers from `first` on. */
export const iota = (n: number, first = 0): Float64Array => Float64Array.from({ length: n }, (_, i) => first + i);
