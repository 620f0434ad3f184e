import { invariant } from '../../diag/diagnostic.ts';
import type { Json } from '../../num/json.ts';
import type { TextReader } from './reader.ts';
import { isWord } from './tokens.ts';

/** Lines are kept below this many columns where values can be broken. */
const WIDTH = 110;

/** Deeper nesting than any attribute has, and shallower than what a reader's stack holds. */
const DEEPEST = 64;

/** JSON's notation, and `-0`, `Infinity`, `-Infinity`, `NaN` for what ONNX attributes may hold beyond it. */
export const numberText = (v: number): string => (Object.is(v, -0) ? '-0' : String(v));

const keyText = (key: string): string => (isWord(key) ? key : JSON.stringify(key));

type JsonObject = { readonly [key: string]: Json };
const isList = (v: Json): v is readonly Json[] => Array.isArray(v);
const isObject = (v: Json): v is JsonObject => typeof v === 'object' && v !== null && !isList(v);

function scalarText(v: Json): string {
  invariant(v !== undefined, 'attribute without a value');
  return typeof v === 'number' ? numberText(v) : JSON.stringify(v);
}

/** A value on one line; undefined as soon as it is longer than `room` columns. */
function flat(v: Json, room: number): string | undefined {
  if (isList(v)) return flatItems('[', v, ']', (x, left) => flat(x, left), room);
  if (isObject(v)) {
    const item = ([k, x]: readonly [string, Json], left: number): string | undefined => {
      const value = flat(x, left);
      return value === undefined ? undefined : `${JSON.stringify(k)}: ${value}`;
    };
    return flatItems('{', Object.entries(v), '}', item, room);
  }
  const text = scalarText(v);
  return text.length <= room ? text : undefined;
}

function flatItems<T>(
  open: string,
  items: readonly T[],
  close: string,
  text: (item: T, room: number) => string | undefined,
  room: number,
): string | undefined {
  let out = open;
  for (const item of items) {
    const one = text(item, room - out.length);
    if (one === undefined) return undefined;
    out += out === open ? one : `, ${one}`;
    if (out.length + 1 > room) return undefined;
  }
  return out + close;
}

/** Items in as few lines as hold them, `, ` between. */
export function fill(items: readonly string[], indent: number): string {
  const lines: string[] = [];
  let line = '';
  for (const item of items) {
    if (line === '') line = item;
    else if (indent + line.length + item.length + 3 <= WIDTH) line += `, ${item}`;
    else {
      lines.push(`${line},`);
      line = item;
    }
  }
  if (line !== '') lines.push(line);
  return lines.map((l) => ' '.repeat(indent) + l).join('\n');
}

/** Lists of scalars fill lines, all else has one entry per line. */
function block(v: Json, indent: number): string {
  const pad = ' '.repeat(indent);
  if (isList(v)) {
    const scalars = v.every((x) => !isList(x) && !isObject(x));
    const items = scalars
      ? fill(v.map(scalarText), indent + 2)
      : v.map((x) => `${pad}  ${jsonText(x, indent + 2, 0)}`).join(',\n');
    return `[\n${items}\n${pad}]`;
  }
  if (isObject(v)) {
    const items = Object.entries(v).map(([k, x]) => {
      const key = JSON.stringify(k);
      return `${pad}  ${key}: ${jsonText(x, indent + 2, key.length + 2)}`;
    });
    return `{\n${items.join(',\n')}\n${pad}}`;
  }
  return scalarText(v);
}

/** A JSON value behind `used` columns of a line that is indented by `indent`. */
export function jsonText(v: Json, indent: number, used: number): string {
  return flat(v, WIDTH - indent - used) ?? block(v, indent);
}

/** ` {groups = 1, pads = [0, 0]}`, on one line if that is shorter than `WIDTH`; nothing for no attributes. */
export function attrsText(attrs: JsonObject, indent: number): string {
  const entries = Object.entries(attrs);
  if (entries.length === 0) return '';
  const one = ([k, v]: readonly [string, Json], left: number): string | undefined => {
    const value = flat(v, left);
    return value === undefined ? undefined : `${keyText(k)} = ${value}`;
  };
  const short = flatItems('{', entries, '}', one, WIDTH);
  if (short) return ` ${short}`;
  const pad = ' '.repeat(indent);
  const lines = entries.map(([k, v]) => {
    const key = keyText(k);
    return `${pad}  ${key} = ${jsonText(v, indent + 2, key.length + 3)}`;
  });
  return ` {\n${lines.join(',\n')}\n${pad}}`;
}

/** Reads a JSON value. */
export function readJson(r: TextReader, depth = 0): Json {
  if (depth > DEEPEST) return r.fail(`values nested more than ${DEEPEST} deep`);
  if (r.at('[')) return r.list('[', ']', () => readJson(r, depth + 1));
  if (r.at('{')) return readEntries(r, ':', depth);
  if (r.peek().kind === 'string') return r.next().text;
  if (r.accept('null')) return null;
  if (r.accept('true')) return true;
  if (r.accept('false')) return false;
  return r.number('a JSON value');
}

/** `{key: value, …}`; attributes have `=` for the colon. A key comes once. */
function readEntries(r: TextReader, sign: ':' | '=', depth: number): JsonObject {
  const entries = new Map<string, Json>();
  r.list('{', '}', () => {
    const key = r.name('a key');
    if (entries.has(key)) r.fail(`the key ${JSON.stringify(key)} comes twice`);
    r.expect(sign);
    entries.set(key, readJson(r, depth + 1));
  });
  return Object.fromEntries(entries);
}

export const readAttrs = (r: TextReader): JsonObject => (r.at('{') ? readEntries(r, '=', 0) : {});
