import { type Diagnostic, DiagnosticError } from '../diag/diagnostic.ts';
import { badAttributes, badGraph, typeTooNarrow, unknownOp } from '../diag/messages-ir.ts';
import { contains, elemName, elemRange } from '../num/elem.ts';
import { numel } from '../num/tensor.ts';
import { analyseBounds } from './bounds.ts';
import type { Graph, Node } from './graph.ts';
import { contextOf, type OpLookup } from './lookup.ts';
import { type Bounds, hull, type OpDef } from './op.ts';
import { schemaProblems } from './schema.ts';

/** Everything that is wrong with a graph; empty when it is well-formed. Runs after every pass. */
export function verifyGraph(graph: Graph, lookup: OpLookup): Diagnostic[] {
  const structural = [...structure(graph), ...graph.nodes.flatMap((n) => node(graph, n, lookup))];
  return structural.length > 0 ? structural : ranges(graph, lookup);
}

/** Throws what {@link verifyGraph} finds, marked with the pass that caused it. */
export function assertWellFormed(graph: Graph, lookup: OpLookup, pass?: string): void {
  const found = verifyGraph(graph, lookup);
  if (found.length > 0) throw new DiagnosticError(pass ? found.map((d) => ({ ...d, pass })) : found);
}

/** Single assignment, definition before use, unique names. */
function structure(graph: Graph): Diagnostic[] {
  const out: Diagnostic[] = [];
  const defined = new Set<string>();
  const names = new Set<string>();
  const define = (v: string, by: string): void => {
    if (defined.has(v)) out.push(badGraph(by, `value %${v} is defined twice`));
    if (!graph.values[v]) out.push(badGraph(by, `value %${v} has no type`));
    defined.add(v);
  };
  for (const p of graph.inputs) define(p.value, p.name);
  for (const n of graph.nodes) {
    if (names.has(n.name)) out.push(badGraph(n.name, 'two nodes have this name', n.origin[0]));
    names.add(n.name);
    for (const v of n.inputs) {
      if (!defined.has(v)) out.push(badGraph(n.name, `value %${v} is used before it is defined`, n.origin[0]));
    }
    for (const v of n.outputs) define(v, n.name);
    for (const [role, c] of Object.entries(n.consts)) {
      if (!graph.consts[c]) out.push(badGraph(n.name, `constant @${c} (${role}) does not exist`, n.origin[0]));
    }
  }
  for (const p of graph.outputs) {
    if (!defined.has(p.value)) out.push(badGraph(p.name, `output value %${p.value} is not defined`));
  }
  return out;
}

function node(graph: Graph, n: Node, lookup: OpLookup): Diagnostic[] {
  const def = lookup(n.op);
  if (!def) return [unknownOp(n.name, n.op)];
  const bad = schemaProblems(def.attrs, n.attrs).map((p) => badAttributes(n.name, n.op, p, n.origin[0]));
  if (bad.length > 0) return bad;
  const arity = arityProblem(def, n);
  if (arity) return [badGraph(n.name, arity, n.origin[0])];
  const ctx = contextOf(graph, n);
  const problems = def.check(ctx);
  if (problems.length > 0) return problems.map((p) => badGraph(n.name, p, n.origin[0]));
  const shapes = def.shapes(ctx);
  return n.outputs.flatMap((v, i) => {
    const want = shapes[i] ?? [];
    const has = graph.values[v]?.shape ?? [];
    const same = want.length === has.length && want.every((d, k) => d === has[k]);
    return same ? [] : [badGraph(n.name, `%${v} has shape [${has}], ${n.op} gives [${want}]`, n.origin[0])];
  });
}

/** What is wrong with the numbers of inputs and outputs, or the roles of the constants. */
export function arityProblem(def: OpDef, n: Node): string | undefined {
  if (def.inputs !== 'variadic' && n.inputs.length !== def.inputs) {
    return `${n.op} takes ${def.inputs} input(s), not ${n.inputs.length}`;
  }
  const outputs = def.outputs(n.attrs);
  if (n.outputs.length !== outputs) return `${n.op} gives ${outputs} output(s), not ${n.outputs.length}`;
  const missing = def.consts.required.filter((role) => !n.consts[role]);
  if (missing.length > 0) return `${n.op} needs the constant(s) ${missing.join(', ')}`;
  const known = [...def.consts.required, ...def.consts.optional];
  const unknown = Object.keys(n.consts).filter((role) => !known.includes(role));
  return unknown.length > 0 ? `${n.op} has no constant called ${unknown.join(', ')}` : undefined;
}

/**
 * No type claims fewer bits than its value's range needs; constants fit their types.
 *
 * The types of a kernel graph are those of the tensor graph that it came from. They are judged there, where channels
 * have bounds of their own; a folded stream would only show a hull of them.
 */
function ranges(graph: Graph, lookup: OpLookup): Diagnostic[] {
  const out: Diagnostic[] = [];
  const text = (b: Bounds): string => `[${hull(b).lo}, ${hull(b).hi}]`;
  const bounds = graph.level === 'tensor' ? analyseBounds(graph, lookup) : [];
  for (const [v, b] of bounds) {
    const type = graph.values[v];
    if (type && b.length > 0 && !contains(elemRange(type.elem), hull(b))) {
      out.push(typeTooNarrow(`%${v}`, elemName(type.elem), text(b)));
    }
  }
  for (const [name, c] of Object.entries(graph.consts)) {
    const range = elemRange(c.elem);
    if (c.data.length !== numel(c.shape))
      out.push(badGraph(`@${name}`, `has ${c.data.length} values for [${c.shape}]`));
    const bad = c.data.find((x) => x < range.lo || x > range.hi);
    if (bad !== undefined) out.push(badGraph(`@${name}`, `value ${bad} does not fit ${elemName(c.elem)}`));
  }
  return out;
}
