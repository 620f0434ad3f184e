import { hostOps } from '../../host/ops/index.ts';
import type { HostNode, HostProgram, HostValue } from '../../host/program.ts';
import { DTYPES, type DType, type HostTensor } from '../../host/tensor.ts';
import type { StoredTensors } from '../../num/safetensors.ts';
import { readAttrs } from './json.ts';
import { readData, readShape } from './parse-const.ts';
import type { TextReader } from './reader.ts';

/** What a program's statements have given so far. */
interface Parts {
  readonly inputs: HostValue[];
  readonly outputs: HostValue[];
  readonly nodes: HostNode[];
  readonly consts: Map<string, HostTensor>;
  readonly defined: Set<string>;
  readonly lines: Map<HostValue, number>;
}

/** The statements of `host pre { … }` or `host post { … }`. A value may be computed anew under its old name. */
export function readHost(r: TextReader, which: 'pre' | 'post', external: StoredTensors): HostProgram {
  const p: Parts = {
    inputs: [],
    outputs: [],
    nodes: [],
    consts: new Map(),
    defined: new Set(),
    lines: new Map(),
  };
  r.expect('{');
  while (!r.at('}') && !r.atEnd()) r.statement(() => statement(r, p, which, external), 'block');
  r.expect('}');
  for (const v of p.outputs) {
    if (!p.defined.has(v.name)) r.note(p.lines.get(v) ?? r.line, `output "${v.name}" is not computed`);
  }
  return { inputs: p.inputs, outputs: p.outputs, nodes: p.nodes, consts: Object.fromEntries(p.consts) };
}

function statement(r: TextReader, p: Parts, which: string, external: StoredTensors): void {
  const { line } = r;
  if (r.accept('input')) {
    const v = hostValue(r);
    p.defined.add(v.name);
    p.inputs.push(v);
  } else if (r.accept('output')) {
    const v = hostValue(r);
    p.lines.set(v, line);
    p.outputs.push(v);
  } else if (r.accept('const')) {
    const { name, dtype, shape } = hostValue(r);
    if (p.consts.has(name)) r.note(line, `constant "${name}" is defined twice`);
    const data = Float64Array.from(readData(r, `${which}/${name}`, shape, external));
    p.consts.set(name, { dtype, shape, data });
    p.defined.add(name);
  } else if (r.peek().kind === 'string' || r.at('(')) {
    node(r, p);
  } else {
    r.fail(`expected input, output, const or a node, found ${JSON.stringify(r.peek().text)}`);
  }
}

const quoted = (r: TextReader): string => r.kind('string', 'a name in quotes');
const dtypes: ReadonlySet<string> = new Set(DTYPES.map(([name]) => name));
const isDType = (s: string): s is DType => dtypes.has(s);

/** `"x" : float32[1, 64]` */
function hostValue(r: TextReader): HostValue {
  const name = quoted(r);
  r.expect(':');
  const t = r.peek();
  if (t.kind !== 'word' || !isDType(t.text)) return r.fail(`expected a type such as float32, found "${t.text}"`);
  r.next();
  return { name, dtype: t.text, shape: readShape(r) };
}

/** `"y" = Mul("x", "c") {…} opset 13` */
function node(r: TextReader, p: Parts): void {
  const { line } = r;
  const outputs = r.at('(') ? r.list('(', ')', () => quoted(r)) : r.series(() => quoted(r));
  r.expect('=');
  const op = r.name('an operator');
  if (!hostOps.has(op)) r.note(line, `the host has no operator ${op}`);
  const inputs = r.list('(', ')', () => quoted(r));
  const attrs = readAttrs(r);
  r.expect('opset');
  const opset = r.integer('an opset');
  for (const v of inputs) {
    if (v !== '' && !p.defined.has(v)) r.note(line, `"${v}" is used before it is defined`);
  }
  for (const v of outputs) p.defined.add(v);
  p.nodes.push({ op, attrs, opset, inputs, outputs });
}
