/** Mixtures of experts as PyTorch exports them: all experts on all tokens, times gates that are zero but for the best. */
import { describe, expect, it } from 'vitest';
import type { ConstSpec, NodeSpec } from '../fuzz/onnx.ts';
import { both, ints, node, opsOf, quant, reals, scalar } from './transformer.ts';

const [N, D, E, H] = [5, 6, 4, 8];
const shape = [1, N, D];
const filled = (of: readonly number[], f: (i: number) => number): ConstSpec =>
  reals(
    of,
    Array.from({ length: of.reduce((a, b) => a * b, 1) }, (_, i) => f(i)),
  );
const weight = (of: readonly number[], seed: number): ConstSpec =>
  filled(of, (i) => ((((i + seed) * 73) % 31) - 15) / 16);

const consts = {
  gate: weight([D, E], 3),
  up: weight([E, D, H], 5),
  down: weight([E, H, D], 7),
  b1: filled([E, 1, H], (i) => (i % 5) / 8 - 0.3),
  b2: filled([E, 1, D], (i) => (i % 7) / 256),
  k: ints(2),
  zeros: filled([1, N, E], () => 0),
  fine: scalar(1 / 128),
  last: ints(-1),
  zeroth: ints(0),
  rows: ints(1, N, E),
};

const gates: NodeSpec[] = [
  node('MatMul', ['q', 'gate'], 'lw'),
  quant('lw', 'logits'),
  node('Softmax', ['logits'], 'odds', { axis: -1 }),
  node('TopK', ['odds', 'k'], ['best', 'at'], { axis: -1 }),
  node('ScatterElements', ['zeros', 'at', 'best'], 'placed', { axis: -1 }),
];
const placed: NodeSpec[] = [
  node('Quant', ['placed', 'fine', 'zero', 'eight'], 'g8', { signed: 0 }),
  node('Transpose', ['g8'], 'gt', { perm: [2, 1, 0] }),
];
const first: NodeSpec[] = [node('MatMul', ['q', 'up'], 'h0'), node('Add', ['h0', 'b1'], 'h1'), quant('h1', 'h2')];
const second: NodeSpec[] = [
  quant('h3', 'h4'),
  node('MatMul', ['h4', 'down'], 'o0'),
  node('Add', ['o0', 'b2'], 'o1'),
  node('Mul', ['o1', 'gt'], 'w'),
  node('ReduceSum', ['w', 'zeroth'], 's', { keepdims: 1 }),
  quant('s', 'y'),
];

const ACTIVATIONS: { readonly [name: string]: readonly NodeSpec[] } = {
  Relu: [node('Relu', ['h2'], 'h3')],
  Gelu: [node('Gelu', ['h2'], 'h3')],
  none: [node('Identity', ['h2'], 'h3')],
};

describe.each(Object.entries(ACTIVATIONS))('activation: %s', (_name, activation) => {
  it('is a route and the chosen experts, with the integers of the model', () => {
    const nodes = [...gates, ...placed, ...first, ...activation, ...second];
    const { graph, imported, float } = both({ shape, nodes, consts, opset: 20 });
    expect(opsOf(graph).filter((op) => op === 'dense')).toHaveLength(1);
    expect(opsOf(graph).slice(-3)).toEqual(['route', 'experts', 'quantise']);
    expect(imported).toEqual(float);
  });
});

it.each([
  [
    'divided by their sum',
    [
      ...gates.slice(0, 4),
      node('ReduceSum', ['best', 'last'], 'sum', { keepdims: 1 }),
      node('Div', ['best', 'sum'], 'share'),
      node('ScatterElements', ['zeros', 'at', 'share'], 'placed', { axis: -1 }),
    ],
  ],
  [
    'a softmax of the best logits',
    [
      ...gates.slice(0, 2),
      node('TopK', ['logits', 'k'], ['best', 'at'], { axis: -1 }),
      node('Softmax', ['best'], 'share', { axis: -1 }),
      node('ScatterElements', ['zeros', 'at', 'share'], 'placed', { axis: -1 }),
    ],
  ],
])('gates that sum to one: %s', (_name, own) => {
  const nodes = [...own, ...placed, ...first, ...(ACTIVATIONS['Relu'] ?? []), ...second];
  const { graph, imported, float } = both({ shape, nodes, consts, opset: 18 });
  expect(graph.nodes.find((n) => n.op === 'route')?.attrs).toMatchObject({ k: 2, renormalise: true, fraction: 7 });
  expect(imported).toEqual(float);
});

it('says what is missing between the products', () => {
  const nodes = [...gates, ...placed, ...first.slice(0, 2), node('Gelu', ['h1'], 'h3'), ...second];
  expect(() => both({ shape, nodes, consts, opset: 20 })).toThrow(
    'nothing rounds its accumulators before the activation',
  );
});
