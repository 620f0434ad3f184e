import { type Diagnostic, DiagnosticError } from '../diag/diagnostic.ts';
import { badNetlist } from '../diag/messages-netlist.ts';
import { contains } from '../num/elem.ts';
import { knownOf, type Netlist, nodeAt, opAt, rangeAt } from './netlist.ts';
import { input } from './ops/input.ts';
import { problemOf } from './writer.ts';

/** Everything that is wrong with a netlist; empty when it is well-formed. Nodes after a broken one are judged as they stand. */
export function verifyNetlist(net: Netlist): Diagnostic[] {
  const known = knownOf(net);
  const out: Diagnostic[] = [];
  const bad = (i: number, message: string): number => out.push(badNetlist(`%${i}`, message));
  for (let i = 0; i < net.op.length; i++) {
    const op = opAt(net, i);
    const { args, params } = nodeAt(net, i);
    const problem = problemOf(op, Array.from(args), Array.from(params), known, i);
    if (problem !== undefined) {
      bad(i, problem);
      continue;
    }
    const derived = op.range({ args, params }, known);
    const range = rangeAt(net, i);
    if (!(range.lo <= range.hi) || !contains(derived, range)) {
      bad(i, `its range ${range.lo}..${range.hi} is not within ${derived.lo}..${derived.hi}, which ${op.name} derives`);
    }
    const zeros = Math.min(52, op.zeros({ args, params }, known));
    if (net.zeros[i] !== zeros) bad(i, `it has ${zeros} low bits that are 0, not ${net.zeros[i]}`);
  }
  return [...out, ...ports(net)];
}

function ports(net: Netlist): Diagnostic[] {
  const out: Diagnostic[] = [];
  const names = new Set<string>();
  for (const { name, value } of [...net.inputs, ...net.outputs]) {
    if (names.has(name)) out.push(badNetlist(name, 'two ports have this name'));
    names.add(name);
    if (!(value >= 0 && value < net.op.length)) out.push(badNetlist(name, `%${value} does not exist`));
  }
  const named = new Set(net.inputs.map((p) => p.value));
  for (let i = 0; i < net.op.length; i++) {
    if ((opAt(net, i) === input) !== named.has(i)) out.push(badNetlist(`%${i}`, 'inputs are ports, and only they'));
  }
  if (named.size !== net.inputs.length) out.push(badNetlist(net.name, 'two input ports are one value'));
  return out;
}

/** Throws what {@link verifyNetlist} finds. */
export function assertNetlist(net: Netlist): void {
  const found = verifyNetlist(net);
  if (found.length > 0) throw new DiagnosticError(found);
}
