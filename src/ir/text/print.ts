import { invariant } from '../../diag/diagnostic.ts';
import type { HostProgram } from '../../host/program.ts';
import type { HostTensor } from '../../host/tensor.ts';
import { elemName } from '../../num/elem.ts';
import { RESERVED_NAME, type StoredTensor, storedIntegers, storedReals } from '../../num/safetensors.ts';
import type { IntArray } from '../../num/tensor.ts';
import type { Graph, InputPort, Layout, Node, OutputPort, ValueType } from '../graph.ts';
import type { Model } from '../model.ts';
import { attrsText, fill, jsonText, numberText } from './json.ts';
import { isPlainName, isWord } from './tokens.ts';

/** The version of the format that is written and read. */
export const VERSION = 1;

/** Constants of at most so many elements stand in the text. */
const INLINE = 64;

export interface PrintOptions {
  /** Write every constant into the text, however large. */
  readonly inline?: boolean;
}

export interface Printed {
  readonly text: string;
  /** The constants that the text calls `external`, for `weights.safetensors`. */
  readonly consts: ReadonlyMap<string, StoredTensor>;
}

/** Prints a model as `.sir` text. `parseModel` of the result is the same model. */
export function printModel(model: Model, options: PrintOptions = {}): Printed {
  const consts = options.inline ? undefined : new Map<string, StoredTensor>();
  const blocks = [
    graphText(model.graph, consts),
    ...(isEmpty(model.pre) ? [] : [hostText('pre', model.pre, consts)]),
    ...(isEmpty(model.post) ? [] : [hostText('post', model.post, consts)]),
  ];
  return { text: `sir ${VERSION}\n\n${blocks.join('\n')}`, consts: consts ?? new Map() };
}

/** Prints a graph alone, with all its constants. */
export const printGraph = (graph: Graph): string => `sir ${VERSION}\n\n${graphText(graph, undefined)}`;

/** Where external constants go; undefined: none may be external. */
type Store = Map<string, StoredTensor> | undefined;

const quoted = (s: string): string => JSON.stringify(s);
const word = (s: string): string => (isWord(s) ? s : quoted(s));
const sigil = (mark: '%' | '@', name: string): string => mark + (isPlainName(name) ? name : quoted(name));
const dims = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

const typeText = (t: ValueType): string =>
  `${elemName(t.elem)}${dims(t.shape)}${t.lanes === undefined ? '' : ` x${t.lanes}`}`;

function graphText(graph: Graph, store: Store): string {
  const type = (value: string): string => {
    const t = Object.hasOwn(graph.values, value) ? graph.values[value] : undefined;
    invariant(t, `value ${value} has no type`);
    return typeText(t);
  };
  const made = new Set([...graph.inputs.map((p) => p.value), ...graph.nodes.flatMap((n) => n.outputs)]);
  const loose = Object.keys(graph.values).filter((v) => !made.has(v));
  const lines = [
    ...graph.inputs.map((p) => inputText(p, type(p.value))),
    ...Object.entries(graph.consts).map(([name, c]) => {
      const head = `  const ${sigil('@', name)} : ${elemName(c.elem)}${dims(c.shape)}`;
      return head + dataText(c.data, name, () => storedIntegers(c.shape, c.data), store);
    }),
    ...loose.map((v) => `  value ${sigil('%', v)} : ${type(v)}`),
    ...graph.nodes.map((n) => nodeText(n, type)),
    ...graph.outputs.map(outputText),
  ];
  return `graph ${word(graph.name)} ${graph.level} {\n${lines.map((l) => `${l}\n`).join('')}}\n`;
}

const layoutText = (l: Layout): string => `layout ${dims(l.shape)} perm ${dims(l.perm)}`;

/** Steps end the line: they may take several. */
const stepsText = (steps: InputPort['steps'], used: number): string =>
  steps.length === 0 ? '' : ` steps ${jsonText(steps, 2, used + 7)}`;

function inputText(p: InputPort, type: string): string {
  const range = `range ${numberText(p.range[0])}..${numberText(p.range[1])}`;
  const head = `  input ${quoted(p.name)} ${sigil('%', p.value)} : ${type} ${range} ${layoutText(p.layout)}`;
  return head + stepsText(p.steps, head.length - 2);
}

function outputText(p: OutputPort): string {
  const head = `  output ${quoted(p.name)} ${sigil('%', p.value)} ${layoutText(p.layout)}`;
  return head + stepsText(p.steps, head.length - 2);
}

/** Quoted where the bare word would begin the next part of the node. */
const roleText = (role: string): string => (role === 'as' || role === 'from' ? quoted(role) : word(role));

function nodeText(n: Node, type: (value: string) => string): string {
  const targets = n.outputs.map((v) => sigil('%', v)).join(', ') || '()';
  const head = `  ${targets} = ${word(n.op)}(${n.inputs.map((v) => sigil('%', v)).join(', ')})`;
  const consts = Object.entries(n.consts).map(([role, c]) => ` ${roleText(role)}=${sigil('@', c)}`);
  const types = n.outputs.length === 0 ? '' : ` : ${n.outputs.map(type).join(', ')}`;
  const name = n.name === n.outputs[0] ? '' : ` as ${quoted(n.name)}`;
  const origin = n.origin.length === 0 ? '' : ` from ${n.origin.map(quoted).join(', ')}`;
  return head + attrsText(n.attrs, 2) + consts.join('') + types + name + origin;
}

/** ` external`, or ` = [1, 2]`. */
function dataText(data: IntArray, key: string, stored: () => StoredTensor, store: Store): string {
  if (store && data.length > INLINE && key !== RESERVED_NAME && !store.has(key)) {
    store.set(key, stored());
    return ' external';
  }
  const items = Array.from(data, numberText);
  const flat = items.length <= INLINE ? items.join(', ') : '';
  return items.length <= INLINE && flat.length <= 60 ? ` = [${flat}]` : ` = [\n${fill(items, 4)}\n  ]`;
}

const isEmpty = (p: HostProgram): boolean =>
  p.inputs.length + p.outputs.length + p.nodes.length + Object.keys(p.consts).length === 0;

function hostText(which: 'pre' | 'post', p: HostProgram, store: Store): string {
  const lines = [
    ...p.inputs.map((v) => `  input ${quoted(v.name)} : ${v.dtype}${dims(v.shape)}`),
    ...Object.entries(p.consts).map(([name, t]) => {
      const head = `  const ${quoted(name)} : ${t.dtype}${dims(t.shape)}`;
      return head + dataText(t.data, `${which}/${name}`, () => storedHost(t), store);
    }),
    ...p.nodes.map((n) => {
      const head = `  ${n.outputs.map(quoted).join(', ') || '()'} = ${word(n.op)}(${n.inputs.map(quoted).join(', ')})`;
      return `${head}${attrsText(n.attrs, 2)} opset ${n.opset}`;
    }),
    ...p.outputs.map((v) => `  output ${quoted(v.name)} : ${v.dtype}${dims(v.shape)}`),
  ];
  return `host ${which} {\n${lines.map((l) => `${l}\n`).join('')}}\n`;
}

/** Integers where all are (and no zero is negative), doubles otherwise. */
function storedHost(t: HostTensor): StoredTensor {
  const whole = t.data.every((v) => Number.isSafeInteger(v) && !Object.is(v, -0));
  return whole ? storedIntegers(t.shape, t.data) : storedReals(t.shape, t.data);
}
