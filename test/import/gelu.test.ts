/** Products of a value with a function of itself: GELU and SiLU in every written form, as tables and as curves. */
import { describe, expect, it } from 'vitest';
import type { NodeSpec } from '../fuzz/onnx.ts';
import { both, node, opsOf, quant, reals, scalar } from './transformer.ts';

const consts = {
  half: scalar(0.5),
  one: scalar(1),
  three: scalar(3),
  root2: scalar(Math.SQRT2),
  inverse: scalar(Math.SQRT1_2),
  slope: scalar(Math.sqrt(2 / Math.PI)),
  cube: scalar(0.044715),
  quick: scalar(1.702),
};

const erf = [node('Div', ['r', 'root2'], 'd'), node('Erf', ['d'], 'f'), node('Add', ['f', 'one'], 'g')];
const tanh = [node('Mul', ['i', 'slope'], 'j'), node('Tanh', ['j'], 't'), node('Add', ['one', 't'], 'g')];
const ending = [node('Mul', ['r', 'g'], 'p'), node('Mul', ['p', 'half'], 'a')];

const FORMS: { readonly [name: string]: readonly NodeSpec[] } = {
  'Gelu, exact': [node('Gelu', ['r'], 'a')],
  'Gelu, tanh': [node('Gelu', ['r'], 'a', { approximate: 'tanh' })],
  'erf, halved at the end': [...erf, ...ending],
  'erf, halved at the start': [...erf, node('Mul', ['r', 'half'], 'h'), node('Mul', ['h', 'g'], 'a')],
  'erf, halved in the gate': [
    node('Mul', ['r', 'inverse'], 'd'),
    node('Erf', ['d'], 'f'),
    node('Mul', ['f', 'half'], 'k'),
    node('Add', ['k', 'half'], 'g'),
    node('Mul', ['g', 'r'], 'a'),
  ],
  'tanh, with Pow': [
    node('Pow', ['r', 'three'], 'c'),
    node('Mul', ['c', 'cube'], 'k'),
    node('Add', ['r', 'k'], 'i'),
    ...tanh,
    ...ending,
  ],
  'tanh, with products': [
    node('Mul', ['r', 'r'], 's'),
    node('Mul', ['s', 'r'], 'c'),
    node('Mul', ['cube', 'c'], 'k'),
    node('Add', ['k', 'r'], 'i'),
    ...tanh,
    ...ending,
  ],
  'tanh, with x (1 + c x²)': [
    node('Mul', ['r', 'cube'], 'k'),
    node('Mul', ['k', 'r'], 's'),
    node('Add', ['s', 'one'], 'l'),
    node('Mul', ['r', 'l'], 'i'),
    ...tanh,
    ...ending,
  ],
  SiLU: [node('Sigmoid', ['r'], 's'), node('Mul', ['r', 's'], 'a')],
  'x · sigmoid(1.702 x)': [node('Mul', ['r', 'quick'], 'k'), node('Sigmoid', ['k'], 's'), node('Mul', ['r', 's'], 'a')],
};

describe.each(Object.entries(FORMS))('%s', (name, form) => {
  it('of codes is one quantiser with the integers of the model', () => {
    const nodes = [
      node('Relu', ['q'], 'p'),
      node('Sub', ['q', 'p'], 'm'),
      quant('m', 'r', 'fine'),
      ...form,
      quant('a', 'y'),
    ];
    const all = { ...consts, fine: scalar(1 / 16) };
    const { graph, imported, float } = both({ shape: [1, 40], nodes, consts: all, opset: 20 });
    expect(opsOf(graph).slice(-1)).toEqual(['quantise']);
    expect(opsOf(graph)).not.toContain('curve');
    expect(imported).toEqual(float);
  });

  it('of wide accumulators is a curve', () => {
    const weight = reals(
      [8, 6],
      Array.from({ length: 48 }, (_, i) => ((i * 37) % 255) - 127),
    );
    const bias = reals([6], [0.5, -0.25, 0, 1, 2, -3]);
    const linear = [node('MatMul', ['q', 'w'], 'm'), node('Mul', ['m', 'small'], 'l'), node('Add', ['l', 'bias'], 'r')];
    const all = { ...consts, w: weight, bias, small: scalar(1 / 1024) };
    const nodes = [...linear, ...form, quant('a', 'y')];
    const { graph, imported, float } = both({ shape: [5, 8], nodes, consts: all, opset: 20 });
    expect(opsOf(graph)).toContain('curve');
    const quick = name.includes('1.702');
    const differ = imported.flatMap((row, f) => row.filter((v, i) => v !== float[f]?.[i]));
    // The argument is exact; only a result on a grid finer than its quantiser is rounded twice.
    expect(differ.length).toBeLessThan(quick ? 3 : 1);
  });
});

it('a product with a function of something else is none of them', () => {
  const nodes = [node('Neg', ['q'], 'r'), node('Sigmoid', ['r'], 's'), node('Mul', ['q', 's'], 'a'), quant('a', 'y')];
  const { graph, imported, float } = both({ shape: [1, 8], nodes });
  expect(opsOf(graph)).toEqual([]);
  expect(imported).toEqual(float);
});

it('products of two activations, and squares', () => {
  const nodes = [
    node('Relu', ['q'], 'r'),
    quant('r', 'u'),
    node('Mul', ['q', 'u'], 'p'),
    node('Mul', ['p', 'p'], 's'),
    quant('s', 'y'),
  ];
  const { graph, imported, float } = both({ shape: [1, 12], nodes });
  expect(opsOf(graph).filter((op) => op === 'multiply')).toHaveLength(2);
  expect(imported).toEqual(float);
});
