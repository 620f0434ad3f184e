/** Softmax, products of two activations, and attention with heads made by reshapes and transposes. */
import { describe, expect, it } from 'vitest';
import type { NodeSpec } from '../fuzz/onnx.ts';
import { both, ints, node, opsOf, quant, reals, scalar } from './transformer.ts';

const TOKENS = 6;
const [HEADS, WIDTH] = [2, 4];
const D = HEADS * WIDTH;
const shape = [1, TOKENS, 3 * D];

const consts = {
  heads: ints(1, TOKENS, 3, HEADS, WIDTH),
  thirds: ints(D, D, D),
  perHead: ints(1, TOKENS, HEADS, WIDTH),
  joined: ints(1, TOKENS, D),
  three: ints(1, 1, 1),
  axis0: ints(0),
  root: scalar(2),
  p8: scalar(1 / 128),
  eightBits: scalar(8),
  mask: reals(
    [TOKENS, TOKENS],
    Array.from({ length: TOKENS ** 2 }, (_, i) => (i % TOKENS > Math.floor(i / TOKENS) ? -Infinity : 0)),
  ),
};

/** One joint projection, split by a permutation and a Split of the first axis. */
const permuted: NodeSpec[] = [
  node('Reshape', ['q', 'heads'], 'r'),
  node('Transpose', ['r'], 't', { perm: [2, 0, 3, 1, 4] }),
  node('Split', ['t', 'three'], ['t0', 't1', 't2'], { axis: 0 }),
  ...['Q', 'K', 'V'].map((name, i) => node('Squeeze', [`t${i}`, 'axis0'], name)),
  node('Transpose', ['K'], 'KT', { perm: [0, 1, 3, 2] }),
];

/** Three parts of the channels, each with heads of its own. */
const sliced: NodeSpec[] = [
  node('Split', ['q', 'thirds'], ['s0', 's1', 's2'], { axis: -1 }),
  ...['Q', 'K', 'V'].flatMap((name, i) => [
    node('Reshape', [`s${i}`, 'perHead'], `r${i}`),
    node('Transpose', [`r${i}`], name === 'K' ? 'KT' : name, { perm: name === 'K' ? [0, 2, 3, 1] : [0, 2, 1, 3] }),
  ]),
];

const scores = [node('MatMul', ['Q', 'KT'], 'm'), node('Div', ['m', 'root'], 'd')];
const merge = [
  node('Transpose', ['o'], 'ot', { perm: [0, 2, 1, 3] }),
  node('Reshape', ['ot', 'joined'], 'or'),
  quant('or', 'y'),
];

/** Every probability rounded, so that nothing but exact sums follows. */
const rounded: NodeSpec[] = [
  node('Softmax', ['d'], 'a', { axis: -1 }),
  node('Quant', ['a', 'p8', 'zero', 'eightBits'], 'p', { signed: 0 }),
  node('MatMul', ['p', 'V'], 'o'),
];

describe.each([
  ['heads from one permutation', permuted],
  ['heads from slices', sliced],
])('%s', (_name, split) => {
  it('quantised probabilities stay what they are: products and a softmax', () => {
    const nodes = [...split, ...scores, ...rounded, ...merge];
    const { graph, imported, float } = both({ shape, nodes, consts });
    expect(opsOf(graph).filter((op) => op === 'matmul')).toHaveLength(2);
    expect(opsOf(graph)).toContain('softmax');
    expect(imported).toEqual(float);
  });

  it('a causal mask hides keys', () => {
    const masked = [node('Add', ['d', 'mask'], 'e'), node('Softmax', ['e'], 'a', { axis: -1 }), ...rounded.slice(1)];
    const { imported, float } = both({ shape, nodes: [...split, ...scores, ...masked, ...merge], consts });
    expect(imported).toEqual(float);
  });

  it('unquantised probabilities in fixed point, where attention is to stay single products', () => {
    const nodes = [
      ...split,
      ...scores,
      node('Softmax', ['d'], 'a', { axis: -1 }),
      node('MatMul', ['a', 'V'], 'o'),
      ...merge,
    ];
    const { graph, imported, float } = both({ shape, nodes, consts }, { attention: 'faithful' });
    expect(graph.nodes.find((n) => n.op === 'softmax')?.attrs['fraction']).toBe(15);
    const differ = imported.flatMap((row, f) => row.filter((v, i) => v !== float[f]?.[i]));
    expect(differ.length).toBeLessThan(3);
  });
});

it('a softmax over another axis, over several axes in old models, and at the end of a network on the host', () => {
  const p = node('Quant', ['a', 'p8', 'zero', 'eightBits'], 'y', { signed: 0 });
  const over = (axis: number, opset: number): void => {
    const { graph, imported, float } = both({
      shape: [1, 4, 6],
      nodes: [node('Softmax', ['q'], 'a', { axis }), p],
      consts,
      opset,
    });
    expect(opsOf(graph)).toContain('softmax');
    expect(imported).toEqual(float);
  };
  over(1, 13);
  over(-1, 13);
  over(1, 11);
  const { graph, imported, float } = both({
    shape: [1, 4, 6],
    nodes: [node('Softmax', ['q'], 'y', { axis: -1 })],
    consts,
  });
  expect(opsOf(graph)).toEqual([]);
  expect(imported).toEqual(float);
});

describe.each([
  ['plain', {}],
  ['causal', { is_causal: 1 }],
])('ONNX Attention, %s', (_name, attrs) => {
  const qkv = [node('Split', ['q', 'thirds'], ['Q', 'K', 'V'], { axis: -1 })];
  const all = { ...attrs, q_num_heads: HEADS, kv_num_heads: HEADS };
  const nodes = [...qkv, node('Attention', ['Q', 'K', 'V'], 'o', all), quant('o', 'y')];

  it('is one op with the integers of the model', () => {
    const { graph, imported, float } = both({ shape, nodes, consts, opset: 23 });
    expect(opsOf(graph)).toContain('attention');
    expect(graph.nodes.filter((n) => n.op === 'matmul')).toEqual([]);
    expect(imported).toEqual(float);
  });

  it('stays single products where it is asked to', () => {
    const { graph, imported, float } = both({ shape, nodes, consts, opset: 23 }, { attention: 'faithful' });
    expect(graph.nodes.filter((n) => n.op === 'matmul')).toHaveLength(2);
    const differ = imported.flatMap((row, f) => row.filter((v, i) => v !== float[f]?.[i]));
    expect(differ.length).toBeLessThan(3);
  });
});

it('attention written as products and a softmax is one op, with and without a mask', () => {
  for (const own of [['d'], ['e']]) {
    const mask = [node('Add', ['d', 'mask'], 'e')];
    const nodes = [
      ...sliced,
      ...scores,
      ...mask,
      node('Softmax', own, 'a', { axis: -1 }),
      node('MatMul', ['a', 'V'], 'o'),
      ...merge,
    ];
    const { graph, imported, float } = both({ shape, nodes, consts });
    expect(opsOf(graph).slice(-2)).toEqual(['attention', 'quantise']);
    expect(imported).toEqual(float);
  }
});

it('the quantiser of probabilities is left out only where one op is asked for, and that is said', () => {
  const nodes = [...sliced, ...scores, ...rounded, ...merge];
  const { graph, warnings } = both({ shape, nodes, consts }, { attention: 'fused' });
  expect(opsOf(graph)).toContain('attention');
  expect(warnings).toEqual(['W0219']);
});
