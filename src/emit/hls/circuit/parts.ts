/** The parts of a very large circuit as functions in files of their own. */
import { divide } from '../../parts.ts';
import type { Variable } from './variables.ts';

/** What `circuit_part.hpp.hbs` names: what a part, or the circuit's input, gives to others. */
export interface ValuesView {
  readonly file: string;
  readonly circuit: string;
  readonly guard: string;
  readonly struct: string;
  readonly members: readonly string[];
}

/** What `circuit_part.cpp.hbs` names. */
export interface PartView {
  readonly name: string;
  readonly circuit: string;
  readonly includes: readonly string[];
  readonly operands: string;
  readonly lines: readonly string[];
}

export interface PartFunctions {
  readonly values: readonly ValuesView[];
  readonly functions: readonly PartView[];
  /** Declarations of the functions, and the statements that call them in turn. */
  readonly prototypes: readonly string[];
  readonly calls: readonly string[];
  /** Where a result is after the calls. */
  readonly place: (name: string) => string;
}

/** Divides a circuit. `sources`: what it reads; `results`: names of what is read behind it; `prefix`: of all names. */
export function partFunctions(
  circuit: string,
  prefix: string,
  sources: readonly Omit<Variable, 'write'>[],
  variables: readonly Variable[],
  results: ReadonlySet<string>,
  most?: number,
): PartFunctions {
  const parts = divide([variables], results, most);
  const groups = [sources, ...parts.map((part) => part.outputs)];
  // The structure of each group is a variable of the same number: v0 has the inputs, v1 what the first part gives.
  const groupOf = new Map(groups.flatMap((group, g) => group.map((v) => [v.name, g] as const)));
  const struct = (g: number): string => `${prefix}${g}_values`;
  const place = (name: string): string => `v${groupOf.get(name)}.${name}`;
  const functions = parts.map(({ signals, inputs, outputs }, k) => {
    const own = new Set(signals.map((v) => v.name));
    const read = [...new Set(inputs.map((name) => groupOf.get(name) as number))].sort((a, b) => a - b);
    const operands = [...read.map((g) => `const ${struct(g)}& v${g}`), `${struct(k + 1)}& v${k + 1}`].join(', ');
    const view: PartView = {
      name: `${prefix}${k + 1}`,
      circuit,
      includes: [...read, k + 1].map((g) => `${struct(g)}.hpp`),
      operands,
      lines: [
        ...signals.flatMap((v) => v.write((name) => (own.has(name) ? name : place(name)))),
        ...outputs.map((v) => `${place(v.name)} = ${v.name};`),
      ],
    };
    return { view, call: `${view.name}(${[...read, k + 1].map((g) => `v${g}`).join(', ')});` };
  });
  return {
    values: groups.map((group, g) => ({
      file: `${struct(g)}.hpp`,
      circuit,
      guard: `${struct(g).toUpperCase()}_HPP`,
      struct: struct(g),
      members: group.map((v) => `${v.type} ${v.name};`),
    })),
    functions: functions.map((f) => f.view),
    prototypes: functions.map(({ view }) => `void ${view.name}(${view.operands});`),
    calls: [
      `${struct(0)} v0;`,
      ...sources.map((v) => `${place(v.name)} = ${v.name};`),
      ...functions.flatMap(({ call }, k) => [`${struct(k + 1)} v${k + 1};`, call]),
    ],
    place,
  };
}
