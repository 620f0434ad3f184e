import type { HostNode, HostProgram, HostValue } from '../host/program.ts';

const LAYOUT_OPS = new Set(['Reshape', 'Transpose', 'Flatten', 'Squeeze', 'Unsqueeze', 'Identity', 'Dropout']);

/** A program in two parts: first only layout, each output an input permuted; then all else. */
export interface Split {
  readonly layout: HostProgram;
  readonly rest: HostProgram;
}

export function splitLayout(program: HostProgram): Split {
  const moved = new Set(program.inputs.map((i) => i.name));
  const isLayout = (n: HostNode): boolean => LAYOUT_OPS.has(n.op) && moved.has(n.inputs[0] ?? '');
  const [first, rest]: [HostNode[], HostNode[]] = [[], []];
  for (const n of program.nodes) {
    if (!isLayout(n)) {
      rest.push(n);
      continue;
    }
    first.push(n);
    moved.add(n.outputs[0] ?? '');
  }
  const needed = new Set([...rest.flatMap((n) => n.inputs), ...program.outputs.map((o) => o.name)]);
  const between = [...moved]
    .filter((v) => needed.has(v))
    .map((name): HostValue => ({ name, dtype: 'float32', shape: [] }));
  const { consts } = program;
  const used = Object.fromEntries(Object.entries(consts).filter(([c]) => rest.some((n) => n.inputs.includes(c))));
  return {
    layout: { ...program, nodes: first, outputs: between },
    rest: { ...program, nodes: rest, inputs: between, consts: used },
  };
}

/** True for programs that only move numbers. */
export function isLayout(program: HostProgram): boolean {
  const { layout, rest } = splitLayout(program);
  return rest.nodes.length === 0 && layout.outputs.length === program.outputs.length;
}

/** `n` numbers from `first` on. */
export const iota = (n: number, first = 0): Float64Array => Float64Array.from({ length: n }, (_, i) => first + i);
