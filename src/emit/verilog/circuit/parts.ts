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

export interface PartModules {
  readonly modules: readonly PartView[];
  /** What stands in the circuit's module: declarations of what goes from part to part, and the instances. */
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
  const bits = new Map([...division.sources, ...stages.flat().map((s) => [s.name, s.bits] as const)]);
  const parts = divide(stages, division.results, division.most).map((part, k) => {
    const control = part.signals.some((s) => s.declarations.length > 0)
      ? ['clk', ...(division.triplicated ? ['rst'] : []), 'ce']
      : [];
    return { part, module: `${division.prefix}${k}`, control };
  });
  return {
    modules: parts.map(({ part, module, control }) => viewOf(part, module, control, division.circuit, bits)),
    lines: parts.flatMap(({ part, module, control }, k) => {
      const pins = [...control, ...part.inputs, ...part.outputs.map((s) => s.name)].map((name) => `.${name}(${name})`);
      return [
        ...part.outputs.map((s) => `${vectorOf(s.bits, s.name)};`),
        `${module} part${k} (\n        ${inLines(pins)}\n    );`,
      ];
    }),
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
    ports: inLines([...control, ...inputs, ...outputs.map((s) => s.name)]),
    directions: [
      ...control.map((name) => `input wire ${name};`),
      ...inputs.map((name) => `input ${vectorOf(bits.get(name) as number, name)};`),
      ...outputs.map((s) => `output [${s.bits - 1}:0] ${s.name};`),
    ],
    ...driversOf(signals),
    partial: inLines(["1'b0", ...inputs, ...signals.filter((s) => !used.has(s)).map((s) => s.name)]),
  };
}
