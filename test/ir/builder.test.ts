import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  add,
  conv,
  dense,
  flatten,
  integerInput,
  integerOutput,
  matrix,
  maxpool,
  quantise,
  requantise,
  reshape,
  thresholds,
  vector,
} from '../../src/ir/build-ops.ts';
import { constant, GraphBuilder, identifier } from '../../src/ir/builder.ts';
import { verifyGraph } from '../../src/ir/verify.ts';
import { lookupFor } from '../../src/kernels/lookup.ts';
import { bipolar, elemName, int, uint } from '../../src/num/elem.ts';
import { answer, text } from './builder-example.ts';

const file = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('docs/builder.md', () => {
  it('shows the example as it is, and what it gives', () => {
    const page = file('docs/builder.md');
    expect(page).toContain(`\`\`\`ts\n${file('test/ir/builder-example.ts')}\`\`\``);
    expect(page).toContain(`\`\`\`\n${text}\`\`\``);
    expect(page).toContain(`gives \`[${answer.join(', ')}]\``);
    expect(file('docs/ir.md')).toContain(`\`\`\`\n${text}\`\`\``);
  });
});

describe('GraphBuilder', () => {
  it('makes identifiers that Verilog, C++ and file systems take', () => {
    expect(identifier('/block.0/MatMul_1')).toBe('block_0_MatMul_1');
    expect(identifier('0')).toBe('n0');
    expect(identifier('größe')).toMatch(/^[A-Za-z][A-Za-z0-9_]*$/);
  });

  it('gives equal names a number', () => {
    const b = new GraphBuilder('g');
    const x = integerInput(b, 'x', [2], int(3));
    const names = [0, 1, 2].map(() => reshape(b, 'x', x, [1, 2]));
    expect(names).toEqual(['x_1', 'x_2', 'x_3']);
    b.input({ name: 'x', steps: [], range: [0, 1], layout: { shape: [1], perm: [0] } }, [1]);
    expect(b.lastInput()).toMatchObject({ name: 'x_1', value: 'x_4' });
  });

  it('infers the narrowest types from the constants', () => {
    const b = new GraphBuilder('g');
    const x = integerInput(b, 'x', [2], uint(4));
    expect(b.type(dense(b, 'a', x, matrix([[1, -2]])))).toEqual({ shape: [1], elem: int(6) });
    expect(b.type(dense(b, 'b', x, matrix([[1, 1]])))).toEqual({ shape: [1], elem: uint(5) });
    expect(b.boundsOf('a')).toEqual({ lo: -30, hi: 15 });
    expect(b.boundsOf('x', 1)).toEqual({ lo: 0, hi: 15 });
  });

  it('refuses ill-formed nodes where they are added', () => {
    const b = new GraphBuilder('g');
    const x = integerInput(b, 'x', [2], uint(4));
    const node = { op: 'dense', name: 'd', attrs: { groups: 1 }, inputs: [x], consts: { weight: matrix([[1, 1]]) } };
    expect(() => b.node({ ...node, attrs: { grops: 1 } })).toThrow(/attributes of dense .*groups/);
    expect(() => b.node({ ...node, inputs: [x, x] })).toThrow('dense takes 1 input(s), not 2');
    expect(() => b.node({ ...node, consts: {} })).toThrow('dense needs the constant(s) weight');
    expect(() => b.node({ ...node, consts: { ...node.consts, bias: vector([1]) } })).toThrow('no constant called bias');
    expect(() => dense(b, 'd', x, matrix([[1, 1, 1]]))).toThrow(RangeError);
    expect(() => b.output({ name: 'y', value: 'z', steps: [], layout: { shape: [], perm: [] } })).toThrow('no value z');
    expect(b.finish().nodes).toEqual([]);
  });

  it('hands out graphs that later nodes do not change', () => {
    const b = new GraphBuilder('g');
    const x = integerInput(b, 'x', [2], uint(4));
    const before = b.finish();
    reshape(b, 'y', x, [1, 2]);
    expect(before.nodes).toEqual([]);
    expect(Object.keys(before.values)).toEqual(['x']);
  });
});

describe('shorthands', () => {
  it('make well-formed graphs', () => {
    const b = new GraphBuilder('Net');
    const x = integerInput(b, 'image', [6, 6, 2], uint(4));
    const weight = constant(
      [3, 3, 3, 2],
      Int32Array.from({ length: 54 }, (_, i) => (i % 4) - 2),
    );
    const c = conv(b, 'conv', x, weight, { pads: [1, 1, 1, 1] });
    const q = quantise(b, 'q', c, [
      { kind: 'affine', a: ['1/8'], b: ['1/2', '0', '-1'] },
      { kind: 'round', mode: 'ROUND', lo: -4, hi: 3 },
    ]);
    const p = flatten(b, 'flat', maxpool(b, 'pool', q, [2, 2]));
    const f = dense(b, 'fc', p, matrix([new Array<number>(27).fill(1), new Array<number>(27).fill(-1)], bipolar));
    const r = requantise(
      b,
      'rq',
      f,
      { mul: vector([3]), add: vector([4, -4]) },
      { shift: 3, ties: 'up', lo: -8, hi: 7 },
    );
    const t = thresholds(b, 'sign', f, matrix([[0]]), { base: -1, step: 2 });
    integerOutput(b, 'sum', add(b, 'sum', r, t, { mulB: 4 }));
    const graph = b.finish();
    expect(verifyGraph(graph, lookupFor('tensor'))).toEqual([]);
    expect(graph.name).toBe('net');
    expect(b.type('conv').shape).toEqual([6, 6, 3]);
    expect(b.type('pool').shape).toEqual([3, 3, 3]);
    expect(b.type('sum')).toEqual({ shape: [2], elem: int(5) });
  });

  it('make constants of the narrowest type', () => {
    expect(elemName(matrix([[0, 3]]).elem)).toBe('u2');
    expect(elemName(vector([-1, 3]).elem)).toBe('i3');
    expect(vector([2 ** 40]).data).toEqual(Float64Array.of(2 ** 40));
    expect(matrix([]).shape).toEqual([0, 0]);
    expect(() => matrix([[1], [1, 2]])).toThrow(RangeError);
    expect(() => vector([0.5])).toThrow('0.5 is no integer');
  });
});
