/** The parts of a very large circuit as modules of their own. */
import { divide, type Part, type PartNames } from '../../parts.ts';
import { inLines } from './lines.ts';
import { type Drivers, driversOf, type Signal, vectorOf } from './signals.ts';

/** The head of a module. */
interface ModuleHead {
  readonly module: string;
  readonly circuit: string;
  readonly ports: string;
  readonly directions: readonly string[];
}

/** What `part.v.hbs` names. */
export interface PartView extends ModuleHead, Drivers {
  readonly partial: string;
}

/** What `parts.v.hbs` names: a module with nothing but the parts, so that a simulator may run them in its own way. */
export interface PartsView extends ModuleHead {
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
  const parts = divide(stages, results, division.most).map((part) => ({
    ...part,
    control: part.signals.some((s) => s.declarations.length > 0) ? controlOf(triplicated) : [],
  }));
  const read = new Set(parts.flatMap((p) => p.inputs));
  const given = parts.flatMap((p) => p.outputs);
  const all: Pins = {
    control: parts.find((p) => p.control.length > 0)?.control ?? [],
    inputs: [...sources.keys()].filter((name) => read.has(name)),
    outputs: given.filter((s) => results.has(s.name)),
  };
  const head = (module: string, pins: Pins): ModuleHead => ({ module, circuit, ...portsOf(pins, bits) });
  return {
    parts: parts.map((part, k) => ({ ...head(`${prefix}${k}`, part), ...bodyOf(part) })),
    all: {
      ...head(`${prefix}s`, all),
      wires: given.filter((s) => !results.has(s.name)).map(declared),
      instances: parts.map((part, k) => instance(`${prefix}${k}`, `part${k}`, part)),
    },
    lines: [...all.outputs.map(declared), instance(`${prefix}s`, 'parts', all)],
  };
}

/** What goes into a module and comes out of it. */
interface Pins {
  /** What registers take besides data. */
  readonly control: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly Signal[];
}

const pinNames = ({ control, inputs, outputs }: Pins): string[] => [
  ...control,
  ...inputs,
  ...outputs.map((s) => s.name),
];

const controlOf = (triplicated: boolean): string[] => ['clk', ...(triplicated ? ['rst'] : []), 'ce'];

const declared = ({ bits, name }: Signal): string => `${vectorOf(bits, name)};`;

/** Each pin is joined to the wire of its name. */
const instance = (module: string, name: string, pins: Pins): string =>
  `${module} ${name} (\n        ${inLines(pinNames(pins).map((pin) => `.${pin}(${pin})`))}\n    );`;

function portsOf(pins: Pins, bits: ReadonlyMap<string, number>): Pick<ModuleHead, 'ports' | 'directions'> {
  return {
    ports: inLines(pinNames(pins)),
    directions: [
      ...pins.control.map((name) => `input wire ${name};`),
      ...pins.inputs.map((name) => `input ${vectorOf(bits.get(name) as number, name)};`),
      ...pins.outputs.map((s) => `output [${s.bits - 1}:0] ${s.name};`),
    ],
  };
}

function bodyOf({ signals, inputs, outputs }: Part<Signal>): Omit<PartView, keyof ModuleHead> {
  const used = new Set(outputs);
  return {
    ...driversOf(signals),
    partial: inLines(["1'b0", ...inputs, ...signals.filter((s) => !used.has(s)).map((s) => s.name)]),
  };
}
