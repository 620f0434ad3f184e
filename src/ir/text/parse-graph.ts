import type { StoredTensors } from '../../num/safetensors.ts';
import type { ScalarSteps } from '../../num/scalar.ts';
import type { Attrs, Const, Graph, InputPort, Layout, Node, OutputPort, ValueType } from '../graph.ts';
import { quantiseSchema } from '../ops/quantise/schema.ts';
import { schemaProblems } from '../schema.ts';
import { readAttrs, readJson } from './json.ts';
import { readData, readElem, readShape, toIntegers } from './parse-const.ts';
import type { TextReader } from './reader.ts';

/** What a graph's statements have given so far. */
interface Parts {
  readonly inputs: InputPort[];
  readonly outputs: OutputPort[];
  readonly nodes: Node[];
  readonly values: Map<string, ValueType>;
  readonly consts: Map<string, Const>;
  /** Lines of definitions and uses, for what can only be said at the end. */
  readonly defined: Map<string, number>;
  readonly usedConsts: { readonly name: string; readonly line: number }[];
  readonly usedAtEnd: { readonly value: string; readonly line: number }[];
}

/** What follows the word `graph`: `NAME LEVEL { … }` */
export function readGraph(r: TextReader, external: StoredTensors): Graph {
  const name = r.name("the graph's name");
  const level = r.kind('word', '"tensor" or "kernel"');
  if (level !== 'tensor' && level !== 'kernel') return r.fail(`a graph's level is tensor or kernel, not "${level}"`);
  const p: Parts = {
    inputs: [],
    outputs: [],
    nodes: [],
    values: new Map(),
    consts: new Map(),
    defined: new Map(),
    usedConsts: [],
    usedAtEnd: [],
  };
  r.expect('{');
  while (!r.at('}') && !r.atEnd()) r.statement(() => statement(r, p, external), 'block');
  r.expect('}');
  checkUses(r, p);
  const { inputs, outputs, nodes } = p;
  const values = Object.fromEntries(p.values);
  return { name, level, inputs, outputs, nodes, values, consts: Object.fromEntries(p.consts) };
}

function statement(r: TextReader, p: Parts, external: StoredTensors): void {
  if (r.accept('input')) input(r, p);
  else if (r.accept('output')) output(r, p);
  else if (r.accept('const')) constant(r, p, external);
  else if (r.accept('value')) looseValue(r, p);
  else if (r.peek().kind === 'value' || r.at('(')) node(r, p);
  else r.fail(`expected input, output, const, value or a node, found ${JSON.stringify(r.peek().text)}`);
}

function checkUses(r: TextReader, p: Parts): void {
  for (const { name, line } of p.usedConsts) {
    if (!p.consts.has(name)) r.note(line, `constant @${name} is not defined`);
  }
  for (const { value, line } of p.usedAtEnd) {
    if (!p.values.has(value)) r.note(line, `value %${value} is not defined`);
  }
}

function define(r: TextReader, p: Parts, value: string, type: ValueType, line: number): void {
  const before = p.defined.get(value);
  if (before !== undefined) r.note(line, `value %${value} is defined twice, first in line ${before}`);
  p.defined.set(value, line);
  p.values.set(value, type);
}

const valueName = (r: TextReader): string => r.kind('value', 'a value such as %x');

/** `u4[64]`, in kernel graphs `u4[64] x8` */
function type(r: TextReader): ValueType {
  const elem = readElem(r);
  const shape = readShape(r);
  const t = r.peek();
  const lanes = t.kind === 'word' ? /^x([1-9]\d{0,8})$/.exec(t.text) : null;
  if (!lanes) return { shape, elem };
  r.next();
  return { shape, elem, lanes: Number(lanes[1]) };
}

function layout(r: TextReader): Layout {
  r.expect('layout');
  const shape = readShape(r);
  r.expect('perm');
  const line = r.line;
  const perm = readShape(r);
  const axes = new Set(perm);
  if (perm.length !== shape.length || axes.size !== perm.length || perm.some((a) => a >= shape.length)) {
    r.note(line, `[${perm.join(', ')}] is no permutation of ${shape.length} axes`);
  }
  return { shape, perm };
}

/** A port's function, in the notation of a `quantise` node's attribute. */
function steps(r: TextReader): ScalarSteps {
  if (!r.accept('steps')) return [];
  const line = r.line;
  const value = readJson(r);
  const problem = schemaProblems(quantiseSchema, { steps: value })[0];
  if (problem) r.note(line, problem);
  return value as unknown as ScalarSteps;
}

function input(r: TextReader, p: Parts): void {
  const { line } = r;
  const name = r.kind('string', 'the name of the port, in quotes');
  const value = valueName(r);
  r.expect(':');
  define(r, p, value, type(r), line);
  r.expect('range');
  const lo = r.integer('the end of a range');
  r.expect('..');
  const hi = r.integer('the end of a range');
  if (lo > hi) r.note(line, `the range ${lo}..${hi} is empty`);
  p.inputs.push({ name, value, range: [lo, hi], layout: layout(r), steps: steps(r) });
}

function output(r: TextReader, p: Parts): void {
  const { line } = r;
  const name = r.kind('string', 'the name of the port, in quotes');
  const value = valueName(r);
  p.usedAtEnd.push({ value, line });
  p.outputs.push({ name, value, layout: layout(r), steps: steps(r) });
}

function constant(r: TextReader, p: Parts, external: StoredTensors): void {
  const { line } = r;
  const name = r.kind('const', 'a constant such as @weight');
  r.expect(':');
  const elem = readElem(r);
  const shape = readShape(r);
  if (p.consts.has(name)) r.note(line, `constant @${name} is defined twice`);
  p.consts.set(name, { shape, elem, data: toIntegers(r, line, elem, readData(r, name, shape, external)) });
}

/** A value that no node makes: nothing that a well-formed graph needs, but printing loses nothing. */
function looseValue(r: TextReader, p: Parts): void {
  const { line } = r;
  const value = valueName(r);
  r.expect(':');
  define(r, p, value, type(r), line);
}

function node(r: TextReader, p: Parts): void {
  const { line } = r;
  const outputs = r.at('(') ? r.list('(', ')', () => valueName(r)) : r.series(() => valueName(r));
  r.expect('=');
  const op = r.name('the kind of an op');
  const inputs = r.list('(', ')', () => valueName(r));
  const attrs: Attrs = readAttrs(r);
  const consts = roles(r, p);
  if (outputs.length > 0) r.expect(':');
  const types = outputs.length > 0 ? r.series(() => type(r)) : [];
  if (types.length !== outputs.length) r.fail(`${outputs.length} outputs have ${types.length} types`);
  const name = (r.accept('as') ? r.kind('string', "the node's name, in quotes") : outputs[0]) ?? namelessNode(r);
  const origin = r.accept('from') ? r.series(() => r.kind('string', 'the name of an ONNX node, in quotes')) : [];
  for (const v of inputs) if (!p.values.has(v)) r.note(line, `value %${v} is used before it is defined`);
  outputs.forEach((v, i) => {
    define(r, p, v, types[i] as ValueType, line);
  });
  p.nodes.push({ name, op, attrs, inputs, consts, outputs, origin });
}

const namelessNode = (r: TextReader): never => r.fail('a node without outputs needs a name: as "…"');

/** `weight=@fc0.weight …` */
function roles(r: TextReader, p: Parts): Node['consts'] {
  const out = new Map<string, string>();
  for (let t = r.peek(); (t.kind === 'word' && t.text !== 'as' && t.text !== 'from') || t.kind === 'string'; ) {
    const { line } = r;
    const role = r.next().text;
    r.expect('=');
    const name = r.kind('const', 'a constant such as @weight');
    if (out.has(role)) r.note(line, `the constant "${role}" comes twice`);
    out.set(role, name);
    p.usedConsts.push({ name, line });
    t = r.peek();
  }
  return Object.fromEntries(out);
}
