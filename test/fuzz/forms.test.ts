/** Operator forms that random networks meet rarely or never: each equals the evaluation in double precision. */
import { expect, it } from 'vitest';
import { importOnnx } from '../../src/import/onnx/import.ts';
import { type ConstSpec, type NodeSpec, onnxModel } from './onnx.ts';
import { compareImport } from './oracle.ts';

const scalar = (v: number, dtype: ConstSpec['dtype'] = 'float32'): ConstSpec => ({ dtype, shape: [], data: [v] });
const vector = (data: readonly number[], dtype: ConstSpec['dtype'] = 'float32'): ConstSpec => ({
  dtype,
  shape: [data.length],
  data,
});

/** x → 4-bit Quant → `nodes` (from `q` to `y`) on a ramp of inputs. */
function model(
  shape: readonly number[],
  nodes: readonly NodeSpec[],
  consts: { [name: string]: ConstSpec },
): Uint8Array {
  const quant: NodeSpec = { op: 'Quant', inputs: ['x', 'one', 'zero', 'four'], outputs: ['q'], attrs: { signed: 1 } };
  const all = { one: scalar(1), zero: scalar(0), four: scalar(4), ...consts };
  return onnxModel({ inputs: [{ name: 'x', shape }], outputs: ['y'], nodes: [quant, ...nodes], consts: all });
}

function ramp(shape: readonly number[]): Map<string, Float64Array[]> {
  const size = shape.reduce((a, b) => a * b, 1);
  return new Map([['x', [Float64Array.from({ length: size }, (_, i) => ((i * 7) % 23) / 2 - 5)]]]);
}

const node = (op: string, inputs: string[], output: string, attrs: NodeSpec['attrs'] = {}): NodeSpec => ({
  op,
  inputs,
  outputs: [output],
  attrs,
});

function equal(shape: readonly number[], nodes: readonly NodeSpec[], consts: { [name: string]: ConstSpec }): void {
  expect(compareImport(model(shape, nodes, consts), ramp(shape))).toBeUndefined();
}

it('RequantShift: per channel, signed and unsigned', () => {
  for (const signed of [0, 1]) {
    const attrs = { div: 8, n_levels_out: 16, signed };
    const consts = { m: { dtype: 'float32', shape: [3, 1], data: [5, -3, 9] }, a: vector([7]) } as const;
    equal([1, 3, 6], [node('RequantShift', ['q', 'm', 'a'], 'y', attrs)], consts);
  }
});

it('Constant nodes with value_float, value_floats, value_int and value_ints', () => {
  const shape = { op: 'Constant', inputs: [], outputs: ['to'], attrs: { value_ints: [2, 6] } };
  const factor = { op: 'Constant', inputs: [], outputs: ['k'], attrs: { value_float: { float: 3 } } };
  const add = { op: 'Constant', inputs: [], outputs: ['b'], attrs: { value_floats: { floats: [1, 2, 3, 4, 5, 6] } } };
  const nodes = [shape, factor, add];
  const rest = [node('Reshape', ['q', 'to'], 'r'), node('Mul', ['r', 'k'], 's'), node('Add', ['s', 'b'], 'y')];
  equal([1, 3, 4], [...nodes, ...rest], {});
  const axis = { op: 'Constant', inputs: [], outputs: ['i'], attrs: { value_int: 2 } };
  equal([1, 3], [axis, node('Cast', ['i'], 'f', { to: 1 }), node('Mul', ['q', 'f'], 'y')], {});
});

it('quantisers behind real arithmetic run on the host', () => {
  const tail = [
    node('MatMul', ['q', 'w'], 'p'),
    node('Softmax', ['p'], 's', { axis: -1 }),
    node('QuantizeLinear', ['s', 'scale', 'zp'], 'y'),
  ];
  equal([1, 4], tail, {
    w: { dtype: 'float32', shape: [4, 3], data: [1, 2, -1, 0, 1, 1, -2, 3, 1, 0, 0, 1] },
    scale: scalar(1 / 256),
    zp: scalar(-128, 'int8'),
  });
});

it('QuantizeLinear and DequantizeLinear with one scale and zero point per channel', () => {
  const consts = { s: vector([0.5, 2, 1]), z: vector([3, 0, 7], 'uint8') };
  const nodes = (axis: number): NodeSpec[] => [
    node('QuantizeLinear', ['q', 's', 'z'], 'c', { axis }),
    node('DequantizeLinear', ['c', 's', 'z'], 'y', { axis }),
  ];
  for (const axis of [1, -2]) equal([1, 3, 4], nodes(axis), consts);
  equal([1, 4, 3], nodes(2), consts);
});

it('a scale of the wrong length is an error that names both lengths', () => {
  const nodes = [node('QuantizeLinear', ['q', 's'], 'c', { axis: 1 })];
  const bytes = model([1, 3, 4], [...nodes, node('DequantizeLinear', ['c', 's'], 'y')], { s: vector([1, 2]) });
  expect(() => importOnnx(bytes)).toThrow('2 scales or zero points for axis 1 of [1,3,4]');
});

it('addition of two flattened images, one of them transposed', () => {
  const nodes = [
    node('Transpose', ['q'], 't', { perm: [0, 1, 3, 2] }),
    node('Quant', ['t', 'half', 'zero', 'four'], 'u', { signed: 1 }),
    node('Flatten', ['q'], 'a'),
    node('Flatten', ['u'], 'b'),
    node('Add', ['a', 'b'], 'y'),
  ];
  equal([1, 2, 3, 3], nodes, { half: scalar(0.5) });
});

it('pools with ceil_mode and automatic padding', () => {
  for (const attrs of [
    { ceil_mode: 1 },
    { auto_pad: 'SAME_UPPER' },
    { auto_pad: 'SAME_LOWER' },
    { auto_pad: 'VALID' },
  ]) {
    equal([1, 2, 6, 5], [node('MaxPool', ['q'], 'y', { kernel_shape: [3, 2], strides: [2, 2], ...attrs })], {});
  }
});

it('average pools count what lies inside the padded image', () => {
  const attrs = { kernel_shape: [2, 2], strides: [2, 2], pads: [1, 0, 1, 0], count_include_pad: 1 };
  equal([1, 2, 4, 4], [node('AveragePool', ['q'], 'y', attrs)], {});
});

it('a mean over any axes', () => {
  for (const axes of [[2, 3], [1, 2], [3], [-1, -2]]) {
    for (const keepdims of [0, 1]) equal([1, 4, 4, 2], [node('ReduceMean', ['q'], 'y', { axes, keepdims })], {});
  }
});
