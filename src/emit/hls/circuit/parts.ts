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
  /** Where a value that leaves its part, or an input, is after the calls. */
  readonly place: (name: string) => string;
}

/** Divides a circuit. `sources`: what it reads; `results`: names of what is read behind it; `prefix`: of all names. */
export function partFunctions(
  circuit: string,
  prefix: string,
  sources: readonly Pick<Variable, 'name' | 'type'>[],
  variables: readonly Variable[],
  results: ReadonlySet<string>,
  most?: number,
): PartFunctions {
  const parts = divide([variables], results, most);
  // A structure for what the circuit reads, and one for what each part gives; each is a variable of the calling function.
  const groups = [
    { name: 'inputs', variables: sources },
    ...parts.map((part, k) => ({ name: `part${k}`, variables: part.outputs })),
  ];
  const groupOf = new Map(groups.flatMap(({ variables }, g) => variables.map((v) => [v.name, g] as const)));
  const nameOf = (g: number): string => (groups[g] as (typeof groups)[number]).name;
  const struct = (g: number): string => (g === 0 ? `${prefix}_inputs` : `${prefix}${g - 1}_values`);
  const place = (name: string): string => `${nameOf(groupOf.get(name) as number)}.${name}`;
  const functions = parts.map(({ signals, inputs, outputs }, k) => {
    const own = new Set(signals.map((v) => v.name));
    const read = [...new Set(inputs.map((name) => groupOf.get(name) as number))].sort((a, b) => a - b);
    const operands = [...read.map((g) => `const ${struct(g)}& ${nameOf(g)}`), `${struct(k + 1)}& ${nameOf(k + 1)}`];
    const view: PartView = {
      name: `${prefix}${k}`,
      circuit,
      includes: [...read, k + 1].map((g) => `${struct(g)}.hpp`),
      operands: operands.join(', '),
      lines: [
        ...signals.flatMap((v) => v.write((name) => (own.has(name) ? name : place(name)))),
        ...outputs.map((v) => `${place(v.name)} = ${v.name};`),
      ],
    };
    return { view, call: `${view.name}(${[...read, k + 1].map(nameOf).join(', ')});` };
  });
  return {
    values: groups.map(({ variables }, g) => ({
      file: `${struct(g)}.hpp`,
      circuit,
      guard: `VALUES_${struct(g).toUpperCase()}_HPP`,
      struct: struct(g),
      members: variables.map((v) => `${v.type} ${v.name};`),
    })),
    functions: functions.map((f) => f.view),
    prototypes: functions.map(({ view }) => `void ${view.name}(${view.operands});`),
    calls: [
      `${struct(0)} inputs;`,
      ...sources.map((v) => `${place(v.name)} = ${v.name};`),
      ...functions.flatMap(({ call }, k) => [`${struct(k + 1)} ${nameOf(k + 1)};`, call]),
    ],
    place,
  };
}
