import { invariant } from '../../../diag/diagnostic.ts';
import type { ValueType } from '../../../ir/graph.ts';
import { beatBits, lanesOf } from '../../../kernels/axis.ts';
import type { RegisteredCircuit } from '../../../kernels/kernel.ts';
import { LOAD, LOAD_INPUTS } from '../../../kernels/unrolled/load.ts';
import { nodeAt, opAt } from '../../../netlist/netlist.ts';
import {
  bitsAt,
  isKnown,
  lastReads,
  type Pipeline,
  parameterStages,
  parametersOf,
  registerWidth,
} from '../../../netlist/pipeline.ts';
import { loadedLines } from './loaded.ts';
import { WRITERS } from './logic.ts';
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
  readonly blocks: readonly StageView[];
  readonly outputs: readonly string[];
  readonly partial: string;
}

interface StageView {
  readonly stage: number;
  readonly declarations: readonly string[];
  readonly moves: readonly string[];
  readonly logic: readonly string[];
}

const port = (prefix: string, i: number, n: number): string => (n === 1 ? prefix : `${prefix}${i}`);

const vectorOf = (bits: number, name: string, kind = 'wire'): string => `${kind} [${bits - 1}:0] ${name}`;

/** Names, declarations and expressions of a pipelined netlist between streams. */
export function circuitView(
  module: string,
  p: RegisteredCircuit,
  inputs: readonly ValueType[],
  outputs: readonly ValueType[],
  tables: SharedTables,
): CircuitView {
  const names = baseNames(p);
  const held = parametersOf(p);
  const stageName = (v: number, at: number): string =>
    at === (held.has(v) ? -1 : (p.stage[v] as number)) ? (names[v] as string) : `${names[v]}_s${at}`;
  const wordAt = (v: number, at: number): Word => wordOf(p.net, v, stageName(v, at));
  const ins = inputs.map((_, i) => port('in', i, inputs.length));
  const outs = outputs.map((_, j) => port('out', j, outputs.length));
  return {
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
    blocks: blocksOf(p, stageName, wordAt, tables),
    outputs: outputLines(p, wordAt, outputs, outs),
    partial: inLines(["1'b0", ...ins.map((n) => `${n}_data`), ...partialWires(p, stageName)]),
  };
}

/** Verilator takes no line of more than 40,000 words. */
const NAMES_PER_LINE = 16;

function inLines(names: readonly string[]): string {
  const lines: string[] = [];
  for (let i = 0; i < names.length; i += NAMES_PER_LINE) lines.push(names.slice(i, i + NAMES_PER_LINE).join(', '));
  return lines.join(',\n        ');
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

function blocksOf(
  p: RegisteredCircuit,
  stageName: (v: number, at: number) => string,
  wordAt: (v: number, at: number) => Word,
  tables: SharedTables,
): StageView[] {
  const { net, stage, stages } = p;
  const last = lastReads(p);
  const blocks = Array.from({ length: stages + 1 }, (_, s) => ({
    stage: s,
    declarations: [] as string[],
    moves: [] as string[],
    logic: [] as string[],
  }));
  const blockOf = (s: number): (typeof blocks)[number] => blocks[s] as (typeof blocks)[number];
  for (let i = 0; i < net.op.length; i++) {
    if (isKnown(net, i)) continue;
    const [own, width] = [stage[i] as number, bitsAt(net, i)];
    for (let s = own + 1; s <= (last[i] as number); s++) {
      const [to, from] = [stageName(i, s), stageName(i, s - 1)];
      if (p.triplicated) blockOf(s).declarations.push(...triplicated(to, from, width, registerWidth(net, i)));
      else {
        blockOf(s).declarations.push(`${vectorOf(width, to, 'reg')};`);
        blockOf(s).moves.push(`${to} <= ${from};`);
      }
    }
    const write = WRITERS[opAt(net, i).name];
    if (!write) continue;
    const name = stageName(i, own);
    const written = write({ node: nodeAt(net, i), word: (v) => wordAt(v, own), width, name, tables });
    const { logic } = blockOf(own);
    if ('instance' in written) logic.push(`${vectorOf(width, name)};`, written.instance);
    else logic.push(...(written.before ?? []), `${vectorOf(width, name)} = ${written.value};`);
  }
  return blocks.filter((b) => b.logic.length + b.declarations.length > 0);
}

/** A register with voters. Low bits that are always 0 have none: a synthesiser would have to keep them. */
function triplicated(to: string, from: string, width: number, stored: number): string[] {
  const part = `[${width - 1}:${width - stored}]`;
  return [
    `${vectorOf(width, to)};`,
    ...(stored < width ? [`assign ${to}[${width - stored - 1}:0] = ${width - stored}'d0;`] : []),
    `sluice_tmr #(.WIDTH(${stored})) r_${to} (.clk(clk), .rst(rst), .ce(ce), .d(${from}${part}), .q(${to}${part}));`,
  ];
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
