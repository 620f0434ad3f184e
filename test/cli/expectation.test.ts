import { expect, it } from 'vitest';
import { compareGolden } from '../../src/flow/golden.ts';
import type { Model } from '../../src/ir/model.ts';
import type { NpyArray } from '../../src/num/npy.ts';

/** Two outputs of 20 bits in steps of 1/1024, and what the host does with them. */
function model(nodes: Model['post']['nodes'] = []): Model {
  const values = [{ name: nodes.length > 0 ? 'p' : 'y', dtype: 'float32' as const, shape: [2] }];
  const port = values[0]?.name ?? '';
  return {
    graph: {
      name: 'g',
      level: 'tensor',
      inputs: [],
      outputs: [
        {
          name: port,
          value: 'v',
          steps: [{ kind: 'affine', a: ['1/1024'], b: ['0'] }],
          layout: { shape: [2], perm: [0] },
        },
      ],
      nodes: [],
      values: { v: { shape: [2], elem: { kind: 'int', bits: 20 } } },
      consts: {},
    },
    pre: { inputs: [], outputs: [], nodes: [], consts: {} },
    post: { inputs: values, outputs: [{ name: 'y', dtype: 'float32', shape: [2] }], nodes, consts: {} },
  };
}

const frame = (m: Model, ...codes: number[]) => [
  new Map([[m.graph.outputs[0]?.name ?? '', { shape: [2], data: Int32Array.from(codes) }]]),
];

const floats = (...v: number[]): NpyArray => ({ shape: [1, 2], dtype: 'f4', data: Float32Array.from(v) });
const ints = (...v: number[]): NpyArray => ({ shape: [1, 2], dtype: 'i8', data: Float64Array.from(v) });
const against = (array: NpyArray) => new Map([['y', { file: 'y.npy', array }]]);

const CODE = 200_000;
const real = (code: number): number => code / 1024;

it('tells neighbouring integers apart, however small a step is beside the value', () => {
  const m = model();
  const compare = (...v: number[]) => compareGolden(m, frame(m, CODE, -CODE), against(floats(...v)));
  expect(compare(real(CODE), real(-CODE))).toMatchObject({ status: 'equal', mismatches: 0, maxAbsError: 0 });
  // One step is 5e-6 of the value: within the room of float arithmetic, but another integer.
  expect(compare(real(CODE), real(-CODE + 1))).toMatchObject({
    status: 'different',
    mismatches: 1,
    notes: ['y: sample 0, element 1: expected -195.3115234375, got -195.3125 (1 differ)'],
  });
  // What float32 does to a scaled integer is no difference.
  expect(compare(real(CODE) + 1e-5, real(-CODE))).toMatchObject({ status: 'equal', mismatches: 0 });
});

it('leaves the room of float arithmetic behind a function of the host', () => {
  const m = model([{ op: 'Sigmoid', attrs: {}, opset: 13, inputs: ['p'], outputs: ['y'] }]);
  const compare = (...v: number[]) => compareGolden(m, frame(m, 1024, 0), against(floats(...v))).status;
  const sigmoid = 1 / (1 + Math.exp(-1));
  expect(compare(sigmoid, 0.5)).toBe('equal');
  expect(compare(sigmoid + 2e-6, 0.5)).toBe('equal');
  expect(compare(sigmoid + 2e-5, 0.5)).toBe('different');
});

it('compares integer arrays with the integers that leave the hardware', () => {
  const m = model();
  expect(compareGolden(m, frame(m, 7, -3), against(ints(7, -3))).status).toBe('equal');
  expect(compareGolden(m, frame(m, 7, -3), against(ints(7, -2)))).toMatchObject({ mismatches: 1, maxAbsError: 1 });
});

it('counts what is not a number as different', () => {
  const m = model();
  expect(compareGolden(m, frame(m, 7, -3), against(floats(Number.NaN, real(-3)))).mismatches).toBe(1);
});

it('refuses arrays of another shape and outputs that the model does not have', () => {
  const m = model();
  const wide = { ...floats(0, 0, 0, 0), shape: [1, 4] };
  expect(() => compareGolden(m, frame(m, 0, 0), against(wide))).toThrow(/E0712.*\[1, 4\].*\[1, 2\]/);
  const other = new Map([['z', { file: 'z.npy', array: floats(0, 0) }]]);
  expect(() => compareGolden(m, frame(m, 0, 0), other)).toThrow(/E0716.*"z"/);
});
