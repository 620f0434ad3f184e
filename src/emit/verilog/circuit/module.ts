import { invariant } from '../../../diag/diagnostic.ts';
import type { ValueType } from '../../../ir/graph.ts';
import { beatBits, lanesOf } from '../../../kernels/axis.ts';
import type { RegisteredCircuit } from '../../../kernels/kernel.ts';
import { LOAD, LOAD_INPUTS } from '../../../kernels/unrolled/load.ts';
import { bitsAt, isKnown, lastReads, type Pipeline, parameterStages, parametersOf } from '../../../netlist/pipeline.ts';
import type { PartNames } from '../../parts.ts';
import { inLines } from './lines.ts';
import { loadedLines } from './loaded.ts';
import { type Division, type PartModules, partModules } from './parts.ts';
import { type Drivers, driversOf, type NameAt, type Signal, signalsOf, vectorOf } from './signals.ts';
import type { SharedTables } from './tables.ts';
import { slice, type Word, wordOf } from './words.ts';

/** Everything that `circuit.v.hbs` names. */
export interface CircuitView {
  readonly module: string;
  readonly ports: readonly string[];
  /** All inputs have a beat; all outputs take one. */
  readonly available: string;
  readonly taken: string;
  readonly readies: readonly string[];
  readonly valids: readonly string[];
  readonly triplicated: boolean;
  readonly stages: number;
  readonly last: number;
  readonly shifted: string;
  readonly inputs: readonly string[];
  /** The logic of the stages; of a circuit in parts, the instance of them instead. */
  readonly blocks: readonly StageView[];
  readonly instances: readonly string[];
  readonly outputs: readonly string[];
  readonly partial: string;
}

interface StageView extends Drivers {
  readonly stage: number;
}

const port = (prefix: string, i: number, n: number): string => (n === 1 ? prefix : `${prefix}${i}`);

/**
 * Names, declarations and expressions of a pipelined netlist between streams. `division`: into parts,
 * by the names of their modules and their size, where there are some.
 */
export function circuitView(
  module: string,
  p: RegisteredCircuit,
  inputs: readonly ValueType[],
  outputs: readonly ValueType[],
  tables: SharedTables,
  division?: PartNames,
): { readonly circuit: CircuitView; readonly divided: PartModules | undefined } {
  const names = baseNames(p);
  const held = parametersOf(p);
  const stageName = (v: number, at: number): string =>
    at === (held.has(v) ? -1 : (p.stage[v] as number)) ? (names[v] as string) : `${names[v]}_s${at}`;
  const wordAt = (v: number, at: number): Word => wordOf(p.net, v, stageName(v, at));
  const ins = inputs.map((_, i) => port('in', i, inputs.length));
  const outs = outputs.map((_, j) => port('out', j, outputs.length));
  const stages = signalsOf(p, stageName, tables);
  const boundary = boundaryOf(p, stageName);
  const divided = division && partModules(stages, { ...division, ...boundary, circuit: module });
  const circuit = {
    module,
    ports: [
      ...ins.flatMap((n, i) => [
        `input  ${vectorOf(beatBits(inputs[i] as ValueType), `${n}_data`)}`,
        `input  wire ${n}_valid`,
        `output wire ${n}_ready`,
      ]),
      ...outs.map((n, j) => `output ${vectorOf(beatBits(outputs[j] as ValueType), `${n}_data`)}`),
      ...(held.size > 0 ? [...LOAD_INPUTS.map((n) => `input  wire ${n}`), `output wire ${LOAD.busy}`] : []),
      `output ${outputs.length === 1 ? 'wire' : `wire [${outputs.length - 1}:0]`} out_valid`,
      `input  ${outputs.length === 1 ? 'wire' : `wire [${outputs.length - 1}:0]`} out_ready`,
    ],
    available: ins.map((n) => `${n}_valid`).join(' && '),
    taken: outputs.length === 1 ? 'out_ready' : '&out_ready',
    readies: ins.map((n) => `assign ${n}_ready = ${ins.length === 1 ? 'ce' : 'ce && available'};`),
    valids: [
      outputs.length === 1 ? 'assign out_valid = full;' : `assign out_valid = {${outputs.length}{full && taken}};`,
    ],
    triplicated: p.triplicated,
    stages: p.stages,
    last: p.stages - 1,
    shifted: p.stages === 1 ? 'available' : `{valid[${p.stages - 2}:0], available}`,
    inputs: [...inputLines(p, names, inputs, ins), ...loadedLines(p, stageName)],
    blocks: divided ? [] : stages.flatMap(blockOf),
    instances: divided ? divided.lines : [],
    outputs: outputLines(p, wordAt, outputs, outs),
    partial: inLines([
      "1'b0",
      ...ins.map((n) => `${n}_data`),
      ...(divided ? boundary.sources.keys() : partialWires(p, stageName)),
    ]),
  };
  return { circuit, divided };
}

/** x0, x1, … for inputs, n<id> for all others. */
function baseNames({ net }: Pipeline): string[] {
  const names = Array.from(net.op, (_, i) => `n${i}`);
  net.inputs.forEach(({ value }, k) => {
    names[value] = `x${k}`;
  });
  return names;
}

function inputLines(
  { net, parameters }: Pipeline,
  names: readonly string[],
  types: readonly ValueType[],
  ports: readonly string[],
): string[] {
  const places = types.flatMap((t, s) => Array.from({ length: lanesOf(t) }, (_, l) => ({ t, s, l })));
  return net.inputs.slice(0, net.inputs.length - parameters.length).flatMap(({ value }, k) => {
    if (isKnown(net, value)) return [];
    const place = places[k];
    invariant(place, `input ${k} has no stream`);
    const bits = bitsAt(net, value);
    const from = place.l * place.t.elem.bits;
    return [`${vectorOf(bits, names[value] as string)} = ${ports[place.s]}_data[${from + bits - 1}:${from}];`];
  });
}

/** The signals of a stage as the template takes them; none of one without signals. */
function blockOf(signals: readonly Signal[], stage: number): StageView[] {
  return signals.length === 0 ? [] : [{ stage, ...driversOf(signals) }];
}

/** What comes from outside of the logic, and what goes there. */
function boundaryOf(p: RegisteredCircuit, nameAt: NameAt): Pick<Division, 'sources' | 'results' | 'triplicated'> {
  const { net, stages, triplicated } = p;
  const held = parametersOf(p);
  const sources = new Map<string, number>();
  const inputs = net.inputs.filter(({ value }) => !held.has(value) && !isKnown(net, value));
  for (const { value } of inputs) sources.set(nameAt(value, 0), bitsAt(net, value));
  for (const [v, at] of parameterStages(p)) for (const s of at) sources.set(nameAt(v, s), bitsAt(net, v));
  return { sources, results: new Set(net.outputs.map(({ value }) => nameAt(value, stages))), triplicated };
}

/** Elements of an output in the order of its lanes, each as wide as the element. */
function outputLines(
  { net, stages }: Pipeline,
  wordAt: (v: number, at: number) => Word,
  types: readonly ValueType[],
  ports: readonly string[],
): string[] {
  let first = 0;
  return types.map((t, j) => {
    const n = lanesOf(t);
    const words = net.outputs.slice(first, first + n).map(({ value }) => slice(wordAt(value, stages), 0, t.elem.bits));
    first += n;
    return `assign ${ports[j]}_data = {${words.reverse().join(',\n        ')}};`;
  });
}

/** Every wire, for linters: some have bits that nothing reads. */
function partialWires(p: Pipeline, stageName: (v: number, at: number) => string): string[] {
  const last = lastReads(p);
  const held = parametersOf(p);
  const wires: string[] = [];
  for (const [v, stages] of parameterStages(p)) for (const s of stages) wires.push(stageName(v, s));
  for (let i = 0; i < last.length; i++)
    if (!isKnown(p.net, i) && !held.has(i)) wires.push(stageName(i, last[i] as number));
  return wires;
}
