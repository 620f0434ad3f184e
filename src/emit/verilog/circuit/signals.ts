/** The signals of a circuit, each with the text that drives it. */
import type { RegisteredCircuit } from '../../../kernels/kernel.ts';
import { nodeAt, opAt } from '../../../netlist/netlist.ts';
import { bitsAt, isKnown, lastReads, registerWidth } from '../../../netlist/pipeline.ts';
import { WRITERS } from './logic.ts';
import type { SharedTables } from './tables.ts';
import { type Word, wordOf } from './words.ts';

/** What drives signals, as the templates take it. */
export interface Drivers {
  /** Registers: their declarations, with their instances where they have voters, and how they move where they have none. */
  readonly declarations: readonly string[];
  readonly moves: readonly string[];
  readonly logic: readonly string[];
}

/** A value in a stage: behind a register of its own, or computed there. */
export interface Signal extends Drivers {
  readonly name: string;
  readonly bits: number;
  /** Names of the signals that it is made of. */
  readonly reads: readonly string[];
}

/** What drives some signals, registers first. */
export function driversOf(signals: readonly Signal[]): Drivers {
  return {
    declarations: signals.flatMap((s) => s.declarations),
    moves: signals.flatMap((s) => s.moves),
    logic: signals.flatMap((s) => s.logic),
  };
}

/** The name of a value in a stage. */
export type NameAt = (value: number, stage: number) => string;

export const vectorOf = (bits: number, name: string, kind = 'wire'): string => `${kind} [${bits - 1}:0] ${name}`;

/** By stage, its registers first; each signal behind those that it reads. Inputs are none of them. */
export function signalsOf(p: RegisteredCircuit, nameAt: NameAt, tables: SharedTables): Signal[][] {
  const { net, stage, stages } = p;
  const last = lastReads(p);
  const registers = Array.from({ length: stages + 1 }, (): Signal[] => []);
  const logic = Array.from({ length: stages + 1 }, (): Signal[] => []);
  for (let i = 0; i < net.op.length; i++) {
    if (isKnown(net, i)) continue;
    const own = stage[i] as number;
    for (let s = own + 1; s <= (last[i] as number); s++) registers[s]?.push(registerOf(p, i, s, nameAt));
    const written = logicOf(p, i, nameAt, tables);
    if (written) logic[own]?.push(written);
  }
  return registers.map((r, s) => [...r, ...(logic[s] as Signal[])]);
}

function registerOf({ net, triplicated }: RegisteredCircuit, i: number, s: number, nameAt: NameAt): Signal {
  const [name, from, bits] = [nameAt(i, s), nameAt(i, s - 1), bitsAt(net, i)];
  const text = triplicated
    ? { declarations: withVoters(name, from, bits, registerWidth(net, i)), moves: [] }
    : { declarations: [`${vectorOf(bits, name, 'reg')};`], moves: [`${name} <= ${from};`] };
  return { name, bits, reads: [from], ...text, logic: [] };
}

/** A register with voters. Low bits that are always 0 have none: a synthesiser would have to keep them. */
function withVoters(to: string, from: string, width: number, stored: number): string[] {
  const part = `[${width - 1}:${width - stored}]`;
  return [
    `${vectorOf(width, to)};`,
    ...(stored < width ? [`assign ${to}[${width - stored - 1}:0] = ${width - stored}'d0;`] : []),
    `sluice_tmr #(.WIDTH(${stored})) r_${to} (.clk(clk), .rst(rst), .ce(ce), .d(${from}${part}), .q(${to}${part}));`,
  ];
}

/** What a node computes; undefined for one that computes nothing. */
function logicOf(
  { net, stage }: RegisteredCircuit,
  i: number,
  nameAt: NameAt,
  tables: SharedTables,
): Signal | undefined {
  const write = WRITERS[opAt(net, i).name];
  if (!write) return undefined;
  const [node, own, bits] = [nodeAt(net, i), stage[i] as number, bitsAt(net, i)];
  const name = nameAt(i, own);
  const word = (v: number): Word => wordOf(net, v, nameAt(v, own));
  const written = write({ node, word, width: bits, name, tables });
  const logic =
    'instance' in written
      ? [`${vectorOf(bits, name)};`, written.instance]
      : [...(written.before ?? []), `${vectorOf(bits, name)} = ${written.value};`];
  const reads = Array.from(node.args as Int32Array)
    .filter((a) => a >= 0 && !isKnown(net, a))
    .map((a) => nameAt(a, own));
  return { name, bits, reads, declarations: [], moves: [], logic };
}
