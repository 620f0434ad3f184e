/** What is wrong with a text is told with its line, as much of it as can be; no text breaks the parser. */
import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../../src/diag/diagnostic.ts';
import { parseModel, printModel } from '../../../src/ir/text/index.ts';
import { storedIntegers, storedReals } from '../../../src/num/safetensors.ts';
import { type Rng, rng } from '../../conformance/case.ts';
import { SAMPLES, single } from './graphs.ts';

/** `line N: message` of everything that is reported. */
function problems(text: string, consts = new Map()): string[] {
  try {
    parseModel(text, consts);
  } catch (e) {
    if (e instanceof DiagnosticError) return e.diagnostics.map((d) => `${d.subject}: ${d.message}`);
    throw e;
  }
  return [];
}

const graph = (...lines: readonly string[]): string => `sir 1\ngraph g tensor {\n${lines.join('\n')}\n}\n`;
const X = 'input "x" %x : u4[2] range 0..15 layout [2] perm [0]';

describe('syntax', () => {
  it.each([
    ['', 'line 1: expected "sir", found the end of the text'],
    ['sir 2', 'line 1: this text has version 2 of the format, version 1 can be read'],
    ['sir 1\n', 'line 2: there is no graph'],
    ['sir 1\ngraph g hardware {}', 'line 2: a graph\'s level is tensor or kernel, not "hardware"'],
    ['sir 1\ngraph g tensor {}\ngraph h tensor {}', 'line 3: a text has one graph'],
    ['sir 1\ngraph g tensor {}\nhost mid {}', 'line 3: expected "post", found "mid"'],
    ['sir 1\ngraph g tensor {}\nhost pre {}\nhost pre {}', 'line 4: a text has one host program "pre"'],
    ['sir 1\ngraph g tensor {', 'line 2: expected "}", found the end of the text'],
    [graph('output "y'), 'line 3: this string has no end on its line'],
    [graph('output "\\x"'), 'line 3: this string holds an escape or a control character that JSON does not know'],
    [graph('output "y" %'), 'line 3: a name must follow %'],
    [graph('output "y" ;'), 'line 3: unexpected ";"'],
    [graph('input "x" %x : q4[2]'), 'line 3: expected an element type such as u4, i8 or b1, found "q4"'],
    [graph('input "x" %x : u4[-2]'), 'line 3: an extent cannot be -2'],
    [graph('input "x" %x : u4[1.5]'), 'line 3: an extent must be an integer, not 1.5'],
    [graph('input "x" %x : u4[2 3]'), 'line 3: expected "," or "]", found "3"'],
    [graph('noise'), 'line 3: expected input, output, const, value or a node, found "noise"'],
    [graph('() = f()'), 'line 4: a node without outputs needs a name: as "…"'],
    [graph('%y = f() {a = 1, a = 2} : u1[]'), 'line 3: the key "a" comes twice'],
    [graph('%y = f() {a = [1, {"b": nil}]} : u1[]'), 'line 3: expected a JSON value, found "nil"'],
    [graph('%y, %z = f() : u1[]'), 'line 4: 2 outputs have 1 types'],
    [graph(`%y = f() {a = ${'['.repeat(5000)}`), 'line 3: values nested more than 64 deep'],
  ])('%j', (text, message) => {
    expect(problems(text)[0]).toBe(message);
  });

  it('is reported for every statement that has an error', () => {
    const text = graph(
      'input "x" %x',
      X.replace('%x', '%a'),
      '%y = f(%a) {',
      '  a = [1,',
      '  ]',
      '  } : u4[2]',
      'const w',
    );
    expect(problems(text)).toEqual([
      'line 4: expected ":", found "input"',
      'line 7: expected a JSON value, found "]"',
      'line 9: expected a constant such as @weight, found "w"',
    ]);
  });

  it('is reported at most twenty times', () => {
    expect(problems(graph(...Array.from({ length: 100 }, () => 'const 1'))).length).toBe(20);
  });
});

describe('structure', () => {
  it('is reported all at once', () => {
    const text = graph(
      X.replace('0..15', '3..2').replace('[0]', '[1]'),
      X,
      '%y = f(%x, %late) a=@a a=@b : u1[1]',
      '%late = f() : u1[1]',
      'const @a : i4[2] = [1]',
      'const @a : i4[2] = [1, 1.5]',
      'output "y" %no layout [1] perm [0] steps [{"kind": "affine", "a": ["x"], "b": ["0"]}]',
    );
    const found = problems(`${text}host post {\n"y" = Nope("q", "") opset 13\noutput "z" : float32[1]\n}`);
    expect(found.slice(0, 8)).toEqual([
      'line 3: the range 3..2 is empty',
      'line 3: [1] is no permutation of 1 axes',
      'line 4: value %x is defined twice, first in line 3',
      'line 5: the constant "a" comes twice',
      'line 5: value %late is used before it is defined',
      'line 7: 1 values are given for shape [2]',
      'line 8: constant @a is defined twice',
      'line 8: 1.5 is no integer below 2^53',
    ]);
    expect(found[8]).toMatch(/^line 9: steps\.0.a.0 must match pattern/);
    expect(found.slice(-5)).toEqual([
      'line 5: constant @b is not defined',
      'line 9: value %no is not defined',
      'line 12: the host has no operator Nope',
      'line 12: "q" is used before it is defined',
      'line 13: output "z" is not computed',
    ]);
  });

  it('external constants must be there, in their shape, as integers', () => {
    const text = graph('const @a : i4[2] external', 'const @b : i4[2] external', 'const @c : i4[2] external');
    const consts = new Map([
      ['b', storedIntegers([1, 2], Int32Array.of(1, 2))],
      ['c', storedReals([2], Float64Array.of(0.5, 1))],
    ]);
    expect(problems(text, consts)).toEqual([
      'line 3: external constant a: no tensor of this name was given',
      'line 4: external constant b: its tensor has shape [1, 2], not [2]',
      'line 5: 0.5 is no integer below 2^53',
    ]);
  });

  it('values beyond the type are kept for the verifier to find', () => {
    const text = graph('const @a : i4[2] = [1, 4294967297]');
    expect([...(parseModel(text).graph.consts['a']?.data ?? [])]).toEqual([1, 4294967297]);
  });
});

/** One change of a text: characters lost, doubled, swapped, exchanged, or brought from elsewhere in it. */
function mutate(text: string, r: Rng): string {
  const at = r.int(0, text.length);
  const to = Math.min(text.length, at + r.pick([1, 1, 2, 5, 30]));
  const from = r.int(0, text.length);
  const noise = r.pick([
    '"',
    '{',
    '}',
    '[',
    ']',
    '%',
    '@',
    ',',
    '\n',
    '\\',
    '-',
    '..',
    '1e999',
    '\u0000',
    '\ud800',
    'x',
  ]);
  const part = r.pick(['', noise, text.slice(from, from + 10), text.slice(at, to).repeat(2)]);
  return text.slice(0, at) + part + text.slice(to);
}

describe('mutated text', () => {
  const texts = Object.entries(SAMPLES).map(([op, s]) => {
    const host = {
      inputs: [{ name: 'a', dtype: 'float32', shape: [2] }],
      outputs: [{ name: 'b', dtype: 'float32', shape: [2] }],
      nodes: [{ op: 'Mul', attrs: { x: [1.5] }, opset: 13, inputs: ['a', 'c'], outputs: ['b'] }],
      consts: { c: { dtype: 'float32', shape: [1], data: Float64Array.of(0.5) } },
    } as const;
    return printModel({ graph: single(op, s), pre: host, post: host }, { inline: true }).text;
  });

  it('is read or refused with diagnostics', () => {
    const r = rng(7);
    let refused = 0;
    for (let i = 0; i < 2000; i++) {
      let text = r.pick(texts);
      for (let n = r.int(1, 4); n > 0; n--) text = mutate(text, r);
      const found = problems(text);
      for (const p of found) expect(p).toMatch(/^line \d+: ./);
      if (found.length > 0) {
        refused++;
        continue;
      }
      // What is read can be printed and read again.
      const model = parseModel(text);
      expect(parseModel(printModel(model, { inline: true }).text), text).toStrictEqual(model);
    }
    expect(refused).toBeGreaterThan(1000);
  });
});
