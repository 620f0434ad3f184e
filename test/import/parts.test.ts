/** Slices, splits and gathers of streams under any view, and constant rows before a stream. */
import { describe, expect, it } from 'vitest';
import type { NodeSpec } from '../fuzz/onnx.ts';
import { both, type Case, ints, node, opsOf, quant, reals, scalar } from './transformer.ts';

const shape = [1, 6, 8];
const whole = (nodes: NodeSpec[], consts: Case['consts'] = {}): Case => ({ shape, nodes, consts });
const at = (i: number) => ({ dtype: 'int64' as const, shape: [], data: [i] });

const CASES: { readonly [name: string]: Case } = {
  'the class token': whole([node('Gather', ['q', 'i'], 'y', { axis: 1 })], { i: at(0) }),
  'the last token, as an index from the end': whole([node('Gather', ['q', 'i'], 'y', { axis: 1 })], { i: at(-1) }),
  'two tokens by a list of indices': whole([node('Gather', ['q', 'i'], 'y', { axis: 1 })], { i: ints(2, 3) }),
  'channels from one place to another': whole([node('Slice', ['q', 's', 'e', 'a'], 'y')], {
    s: ints(2),
    e: ints(-1),
    a: ints(2),
  }),
  'tokens and channels at once': whole([node('Slice', ['q', 's', 'e', 'a'], 'y')], {
    s: ints(1, 3),
    e: ints(5, 8),
    a: ints(1, 2),
  }),
  'parts of the channels, added': whole(
    [node('Split', ['q', 'n'], ['a', 'b', 'c'], { axis: 2 }), node('Add', ['a', 'c'], 'y')],
    { n: ints(3, 2, 3) },
  ),
  'one head of several behind a transpose': whole(
    [
      node('Reshape', ['q', 'h'], 'r'),
      node('Transpose', ['r'], 't', { perm: [2, 0, 1, 3] }),
      node('Gather', ['t', 'i'], 'y', { axis: 0 }),
    ],
    { h: ints(1, 6, 4, 2), i: at(2) },
  ),
  'a part of joined axes': whole([node('Reshape', ['q', 'f'], 'r'), node('Slice', ['r', 's', 'e', 'a'], 'y')], {
    f: ints(1, 48),
    s: ints(16),
    e: ints(40),
    a: ints(1),
  }),
  'scales per channel follow their channels': whole(
    [node('Mul', ['q', 'g'], 'm'), node('Slice', ['m', 's', 'e', 'a'], 'p'), quant('p', 'y')],
    { g: reals([8], [1, 2, 3, 4, 5, 6, 7, 8]), s: ints(3), e: ints(7), a: ints(2) },
  ),
  'a class token before the tokens': whole([node('Concat', ['t', 'q'], 'y', { axis: 1 })], {
    t: reals([1, 1, 8], [0, 1, -1, 2, 3, 0.5, 7, -8]),
  }),
  'a class token on a finer grid, and positions': whole(
    [node('Concat', ['t', 'q'], 'c', { axis: 1 }), node('Add', ['c', 'p'], 's'), quant('s', 'y', 'eighth')],
    {
      t: reals([1, 1, 8], [0, 1, -1, 2, 3, 0.5, 7 / 64, -8]),
      p: reals(
        [1, 7, 8],
        Array.from({ length: 56 }, (_, i) => ((i * 5) % 17) / 4),
      ),
      eighth: scalar(1 / 8),
    },
  ),
};

describe.each(Object.entries(CASES))('%s', (_name, c) => {
  it('gives the numbers of the model', () => {
    const { imported, float } = both(c);
    expect(imported).toEqual(float);
  });
});

it('what is kept is what is moved: a token is one slice', () => {
  const { graph } = both(CASES['the class token'] as Case);
  expect(opsOf(graph)).toEqual(['slice']);
});

it('scattered indices, steps and computed indices are refused with the reason', () => {
  const refusal = (nodes: NodeSpec[], consts: Case['consts']) => () => both(whole(nodes, consts));
  expect(refusal([node('Gather', ['q', 'i'], 'y', { axis: 1 })], { i: ints(0, 2) })).toThrow(
    'its indices are [0,2] of 6',
  );
  const strided = { s: ints(0), e: ints(8), a: ints(2), k: ints(2) };
  expect(refusal([node('Slice', ['q', 's', 'e', 'a', 'k'], 'y')], strided)).toThrow('its steps are [2]');
});
