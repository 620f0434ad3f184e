import { type Diagnostic, DiagnosticError } from '../../diag/diagnostic.ts';
import { badNetlistText } from '../../diag/messages-netlist.ts';
import type { Interval } from '../../num/elem.ts';
import type { Netlist } from '../netlist.ts';
import type { NetOp } from '../op.ts';
import { input } from '../ops/input.ts';
import { opNamed } from '../ops/list.ts';
import { type Pin, pinArg, pinCode } from '../pins.ts';
import { NetlistWriter, problemOf } from '../writer.ts';

const STRING = '"(?:[^"\\\\]|\\\\.)*"';
const INTEGER = '-?\\d+(?:e\\+\\d+)?';
const HEADER = new RegExp(`^netlist 1 (${STRING})$`);
const OUTPUT = new RegExp(`^output (${STRING}) = %(\\d+)$`);
const NODE = new RegExp(
  `^%(\\d+) = (\\w+)\\(([^)]*)\\)(?: \\{([^}]*)\\})?(?: \\[([^\\]]*)\\])?(?: (${STRING}))? : (${INTEGER})\\.\\.(${INTEGER})$`,
);
const PIN = /^(~?)%(\d+)\.(\d+)$/;

/** What a line says is wrong; caught at the line. */
class LineProblem extends Error {}
const wrong = (message: string): never => {
  throw new LineProblem(message);
};

const listOf = (text: string | undefined): string[] => (text ? text.split(',').map((t) => t.trim()) : []);

function integer(text: string): number {
  const v = /^-?\d/.test(text) ? Number(text) : Number.NaN;
  return Number.isInteger(v) ? v : wrong(`"${text}" is no integer`);
}

function string(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    return wrong(`${text} is no string`);
  }
}

const valueRef = (text: string): number => {
  const m = /^%(\d+)$/.exec(text);
  return m ? Number(m[1]) : wrong(`"${text}" is no value`);
};

function pin(text: string): Pin {
  if (text === '0' || text === '1') return text === '0' ? 0 : 1;
  const m = PIN.exec(text);
  return m ? { value: Number(m[2]), bit: Number(m[3]), invert: m[1] === '~' } : wrong(`"${text}" is no pin`);
}

function named(op: NetOp, text: string | undefined): number[] {
  const given = new Map(listOf(text).map((t) => t.split('=', 2) as [string, string | undefined]));
  const values = op.params.map((name) => {
    const value = given.get(name) ?? wrong(`${op.name} needs ${name}=…`);
    given.delete(name);
    const word = op.words?.[name]?.indexOf(value) ?? -1;
    return word >= 0 ? word : integer(value);
  });
  for (const name of given.keys()) wrong(`${op.name} has no parameter ${name}`);
  return values;
}

function node(out: NetlistWriter, m: RegExpExecArray): void {
  const [, id = '', name = '', args = '', params, entries, port, lo = '', hi = ''] = m;
  const op = opNamed(name) ?? wrong(`there is no op ${name}`);
  if (Number(id) !== out.size) wrong(`values are numbered in order: %${out.size} comes next, not %${id}`);
  const pins = op.arity === 'pins' ? listOf(args).map(pin) : [];
  const values = op.arity === 'pins' ? pins.map(pinArg) : listOf(args).map(valueRef);
  const numbers = [...named(op, params), ...pins.map(pinCode), ...listOf(entries).map(integer)];
  const problem = problemOf(op, values, numbers, out.known, out.size);
  if (problem !== undefined) wrong(problem);
  const stated: Interval = { lo: integer(lo), hi: integer(hi) };
  const derived = op.range({ args: values, params: numbers }, out.known);
  if (!(stated.lo <= stated.hi && stated.lo >= derived.lo && stated.hi <= derived.hi)) {
    wrong(`the range ${lo}..${hi} is not within ${derived.lo}..${derived.hi}, which ${op.name} derives`);
  }
  if ((op === input) !== (port !== undefined)) wrong('an input has a name, and nothing else has');
  out.push(op, values, numbers, stated);
  if (port !== undefined) out.port(string(port));
}

/** Reads what `printNetlist` writes. Blank lines and those that begin with `//` say nothing. Lists all broken lines, up to the first that others depend on. */
export function parseNetlist(text: string): Netlist {
  const out = new NetlistWriter();
  let name: string | undefined;
  const found: Diagnostic[] = [];
  const lines = text.split('\n');
  for (let i = 0; i < lines.length && found.length === 0; i++) {
    const line = (lines[i] ?? '').trim();
    if (line === '' || line.startsWith('//')) continue;
    try {
      name = statement(out, line, name);
    } catch (e) {
      if (!(e instanceof LineProblem)) throw e;
      found.push(badNetlistText(i + 1, e.message));
    }
  }
  if (found.length === 0 && name === undefined) found.push(badNetlistText(1, 'expected netlist 1 "name"'));
  if (found.length > 0) throw new DiagnosticError(found);
  return out.finish(name ?? '');
}

/** Takes one line; gives the name of the netlist once it is known. */
function statement(out: NetlistWriter, line: string, name: string | undefined): string {
  if (name === undefined) {
    const m = HEADER.exec(line);
    return m ? string(m[1] ?? '') : wrong('expected netlist 1 "name"');
  }
  const defined = NODE.exec(line);
  const output = OUTPUT.exec(line);
  if (defined) {
    node(out, defined);
  } else if (output) {
    const value = Number(output[2]);
    if (value >= out.size) wrong(`output %${value} is not defined`);
    out.output(string(output[1] ?? ''), value);
  } else {
    wrong('expected %n = op(…) … : lo..hi, or output "name" = %n');
  }
  return name;
}
