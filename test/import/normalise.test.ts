/** Layer normalisation in every written form: one op, and where its grid is the quantiser's own, the model's integers. */
import { describe, expect, it } from 'vitest';
import type { NodeSpec } from '../fuzz/onnx.ts';
import { both, type Case, node, opsOf, quant, reals, scalar } from './transformer.ts';

const shape = [1, 5, 8];
const epsilon = { eps: scalar(1e-5), two: scalar(2), half: scalar(0.5), minus: scalar(-0.5), one: scalar(1) };
const ones = { gain: reals([8], new Array(8).fill(1)), bias: reals([8], new Array(8).fill(0)) };
const last = { axes: [-1] };

const centring = [node('ReduceMean', ['q'], 'm', last), node('Sub', ['q', 'm'], 'c')];
const variance = [node('Pow', ['c', 'two'], 's'), node('ReduceMean', ['s'], 'v', last), node('Add', ['v', 'eps'], 'e')];
const squares = [node('Mul', ['q', 'q'], 's'), node('ReduceMean', ['s'], 'v', last), node('Add', ['eps', 'v'], 'e')];

const FORMS: { readonly [name: string]: readonly NodeSpec[] } = {
  LayerNormalization: [node('LayerNormalization', ['q', 'gain', 'bias'], 'n', { axis: -1, epsilon: { float: 1e-5 } })],
  'decomposed, as PyTorch writes it': [
    ...centring,
    ...variance,
    node('Sqrt', ['e'], 'r'),
    node('Div', ['c', 'r'], 'n'),
  ],
  'decomposed, with a product of the centred values and a reciprocal': [
    ...centring,
    node('Mul', ['c', 'c'], 's'),
    ...variance.slice(1),
    node('Sqrt', ['e'], 'r'),
    node('Reciprocal', ['r'], 'i'),
    node('Mul', ['i', 'c'], 'n'),
  ],
  'decomposed, with powers': [...centring, ...variance, node('Pow', ['e', 'minus'], 'i'), node('Mul', ['c', 'i'], 'n')],
  RMSNormalization: [node('RMSNormalization', ['q', 'gain'], 'n', { epsilon: { float: 1e-5 } })],
  'root mean square, decomposed': [
    ...squares,
    node('Sqrt', ['e'], 'r'),
    node('Div', ['one', 'r'], 'i'),
    node('Mul', ['q', 'i'], 'n'),
  ],
};

describe.each(Object.entries(FORMS))('%s', (name, nodes) => {
  it('is one op that gives the integers of the model', () => {
    const c: Case = { shape, nodes: [...nodes, quant('n', 'y')], consts: { ...epsilon, ...ones }, opset: 17 };
    const { graph, imported, float } = both(c);
    expect(opsOf(graph)).toEqual(['reorder', 'layernorm', 'quantise']);
    expect(graph.nodes.find((n) => n.op === 'layernorm')?.attrs['center']).toBe(!/root mean|RMS/.test(name));
    expect(imported).toEqual(float);
  });
});

it('gain and bias per channel follow the op, on a grid finer than their quantiser', () => {
  const gain = [0.5, 0.75, 1, 1.25, 1.5, -1, 2, 3];
  const bias = gain.map((g) => g / 3);
  const consts = { gain: reals([8], gain), bias: reals([8], bias) };
  const nodes = [node('LayerNormalization', ['q', 'gain', 'bias'], 'n', { epsilon: { float: 1e-3 } }), quant('n', 'y')];
  const { graph, imported, float } = both({ shape, nodes, consts, opset: 17 });
  const fraction = graph.nodes.find((n) => n.op === 'layernorm')?.attrs['fraction'] as number;
  expect(fraction).toBeGreaterThan(12);
  // Two roundings differ from one only beside a tie: by one code, and rarely.
  const differ = imported.flatMap((row, f) => row.filter((v, i) => v !== float[f]?.[i]));
  expect(differ.length).toBeLessThan(4);
});

it('an offset per channel before it is added in hardware', () => {
  const consts = {
    shift: reals(
      [1, 5, 8],
      Array.from({ length: 40 }, (_, i) => ((i * 7) % 11) / 8),
    ),
    ...ones,
  };
  const nodes = [
    node('Add', ['q', 'shift'], 'p'),
    node('LayerNormalization', ['p', 'gain', 'bias'], 'n'),
    quant('n', 'y'),
  ];
  const { imported, float } = both({ shape, nodes, consts, opset: 17 });
  expect(imported).toEqual(float);
});

it('over another axis than the last of memory', () => {
  const nodes = [
    node('Transpose', ['q'], 't', { perm: [0, 2, 1] }),
    node('LayerNormalization', ['t', 'gain', 'bias'], 'n'),
    quant('n', 'y'),
  ];
  const consts = { gain: reals([5], new Array(5).fill(1)), bias: reals([5], new Array(5).fill(0)) };
  const { imported, float } = both({ shape, nodes, consts, opset: 17 });
  expect(imported).toEqual(float);
});

it('without a quantiser behind it the host computes it', () => {
  const { graph, imported, float } = both({
    shape,
    nodes: [node('LayerNormalization', ['q', 'gain', 'bias'], 'y')],
    consts: ones,
    opset: 17,
  });
  expect(opsOf(graph)).toEqual([]);
  expect(imported).toEqual(float);
});

it('a mean over tokens, and one that is no part of a normalisation', () => {
  const tokens = [node('ReduceMean', ['q'], 'm', { axes: [1], keepdims: 0 }), quant('m', 'y')];
  const channels = [node('ReduceMean', ['q'], 'm', { axes: [2] }), quant('m', 'y')];
  for (const nodes of [tokens, channels]) {
    const { graph, imported, float } = both({ shape, nodes });
    expect(opsOf(graph)).toContain('sumpool');
    expect(imported).toEqual(float);
  }
});
