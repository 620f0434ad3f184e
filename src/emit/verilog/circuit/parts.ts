/** The parts of a very large circuit as modules of their own. */
import { divide, type Part, type PartNames } from '../../parts.ts';
import { inLines } from './lines.ts';
import { type Drivers, driversOf, type Signal, vectorOf } from './signals.ts';

/** What `part.v.hbs` names. */
export interface PartView extends Drivers {
  readonly module: string;
  readonly circuit: string;
  readonly ports: string;
  readonly directions: readonly string[];
  readonly partial: string;
}

/** What `parts.v.hbs` names: a module with nothing but the parts, so that a simulator may run them in its own way. */
export interface PartsView {
  readonly module: string;
  readonly circuit: string;
  readonly ports: string;
  readonly directions: readonly string[];
  readonly wires: readonly string[];
  readonly instances: readonly string[];
}

export interface PartModules {
  readonly parts: readonly PartView[];
  readonly all: PartsView;
  /** What stands in the circuit's module: the results, and the instance of all parts. */
  readonly lines: readonly string[];
}

/** How a circuit is divided. */
export interface Division extends PartNames {
  /** The circuit's module. */
  readonly circuit: string;
  readonly triplicated: boolean;
  /** Bits of the signals that come from outside, by name; those that go there. */
  readonly sources: ReadonlyMap<string, number>;
  readonly results: ReadonlySet<string>;
}

/** Divides the stages; no stage shares a part with another one. */
export function partModules(stages: readonly (readonly Signal[])[], division: Division): PartModules {
  const { circuit, prefix, triplicated, sources, results } = division;
  const bits = new Map([...sources, ...stages.flat().map((s) => [s.name, s.bits] as const)]);
  const parts = divide(stages, results, division.most).map((part, k) => ({
    part,
    module: `${prefix}${k}`,
    control: part.signals.some((s) => s.declarations.length > 0) ? controlOf(triplicated) : [],
  }));
  const read = new Set(parts.flatMap(({ part }) => part.inputs));
  const given = parts.flatMap(({ part }) => part.outputs);
  const inputs = [...sources.keys()].filter((name) => read.has(name));
  const outputs = given.filter((s) => results.has(s.name));
  const control = parts.find((p) => p.control.length > 0)?.control ?? [];
  const module = `${prefix}s`;
  return {
    parts: parts.map(({ part, module, control }) => viewOf(part, module, control, circuit, bits)),
    all: {
      module,
      circuit,
      ...portsOf(control, inputs, outputs, bits),
      wires: given.filter((s) => !results.has(s.name)).map(declared),
      instances: parts.map(({ part, module, control }, k) =>
        instance(module, `part${k}`, [...control, ...part.inputs, ...part.outputs.map((s) => s.name)]),
      ),
    },
    lines: [
      ...outputs.map(declared),
      instance(module, 'parts', [...control, ...inputs, ...outputs.map((s) => s.name)]),
    ],
  };
}

/** What registers take besides data. */
const controlOf = (triplicated: boolean): string[] => ['clk', ...(triplicated ? ['rst'] : []), 'ce'];

const declared = ({ bits, name }: Signal): string => `${vectorOf(bits, name)};`;

/** Each pin is joined to the wire of its name. */
const instance = (module: string, name: string, pins: readonly string[]): string =>
  `${module} ${name} (\n        ${inLines(pins.map((pin) => `.${pin}(${pin})`))}\n    );`;

function portsOf(
  control: readonly string[],
  inputs: readonly string[],
  outputs: readonly Signal[],
  bits: ReadonlyMap<string, number>,
): Pick<PartView, 'ports' | 'directions'> {
  return {
    ports: inLines([...control, ...inputs, ...outputs.map((s) => s.name)]),
    directions: [
      ...control.map((name) => `input wire ${name};`),
      ...inputs.map((name) => `input ${vectorOf(bits.get(name) as number, name)};`),
      ...outputs.map((s) => `output [${s.bits - 1}:0] ${s.name};`),
    ],
  };
}

function viewOf(
  { signals, inputs, outputs }: Part<Signal>,
  module: string,
  control: readonly string[],
  circuit: string,
  bits: ReadonlyMap<string, number>,
): PartView {
  const used = new Set(outputs);
  return {
    module,
    circuit,
    ...portsOf(control, inputs, outputs, bits),
    ...driversOf(signals),
    partial: inLines(["1'b0", ...inputs, ...signals.filter((s) => !used.has(s)).map((s) => s.name)]),
  };
}
