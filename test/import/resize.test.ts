/** Enlarging by the nearest neighbour: against plain indexing, as imported and as lowered; what is no enlargement is refused. */
import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/diag/diagnostic.ts';
import { nearest } from '../../src/host/ops/resize.ts';
import { hostTensor } from '../../src/host/tensor.ts';
import { importOnnx } from '../../src/import/onnx/import.ts';
import { runPasses, STREAMING } from '../../src/passes/index.ts';
import { type Attribute, type ConstSpec, type NodeSpec, onnxModel } from '../fuzz/onnx.ts';
import { importedResults } from '../fuzz/oracle.ts';

const scalar = (v: number): ConstSpec => ({ dtype: 'float32', shape: [], data: [v] });
const vector = (data: readonly number[]): ConstSpec => ({ dtype: 'float32', shape: [data.length], data });

const [C, H, W] = [2, 3, 4];
const image = Array.from({ length: C * H * W }, (_, i) => ((i * 7) % 31) - 15);

/** A quantiser, a scale for each channel, the resize, and a quantiser. */
function model(op: string, scales: readonly number[], attrs: { [name: string]: Attribute } = {}): Uint8Array {
  const sources = op === 'Upsample' ? ['s', 'scales'] : ['s', '', 'scales'];
  const nodes: NodeSpec[] = [
    { op: 'Quant', inputs: ['x', 'one', 'zero', 'bits'], outputs: ['q'], attrs: { signed: 1 } },
    { op: 'Mul', inputs: ['q', 'gain'], outputs: ['s'] },
    { op, inputs: sources, outputs: ['r'], attrs: { mode: 'nearest', ...attrs } },
    { op: 'Quant', inputs: ['r', 'one', 'zero', 'bits'], outputs: ['y'], attrs: { signed: 1 } },
  ];
  const gain: ConstSpec = { dtype: 'float32', shape: [1, C, 1, 1], data: [1, -3] };
  const consts = { one: scalar(1), zero: scalar(0), bits: scalar(8), gain, scales: vector(scales) };
  return onnxModel({ inputs: [{ name: 'x', shape: [1, C, H, W] }], outputs: ['y'], nodes, consts });
}

function results(bytes: Uint8Array): number[][] {
  const imported = importOnnx(bytes).model;
  const { graph } = runPasses(imported.graph, STREAMING, {});
  const samples = new Map([['x', [Float64Array.from(image)]]]);
  return [imported, { ...imported, graph }].map((m) => [
    ...(importedResults({ model: m }, samples)[0]?.get('y')?.data ?? []),
  ]);
}

const enlarged = (fh: number, fw: number): number[] =>
  Array.from({ length: C * H * fh * W * fw }, (_, i) => {
    const x = i % (W * fw);
    const y = Math.floor(i / (W * fw)) % (H * fh);
    const c = Math.floor(i / (W * fw * H * fh));
    return (image[(c * H + Math.floor(y / fh)) * W + Math.floor(x / fw)] ?? 0) * (c === 0 ? 1 : -3);
  });

describe('Resize', () => {
  it.each([
    ['Resize', 2, 2, {}],
    ['Resize', 3, 1, { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }],
    ['Resize', 1, 4, { coordinate_transformation_mode: 'half_pixel' }],
    ['Upsample', 2, 3, {}],
  ] as const)('%s by %d and %d', (op, fh, fw, attrs) => {
    const want = enlarged(fh, fw);
    for (const got of results(model(op, [1, 1, fh, fw], attrs))) expect(got).toEqual(want);
  });

  it.each([
    ['by a half', [1, 1, 0.5, 0.5], {}],
    ['of channels', [1, 2, 1, 1], {}],
    ['that rounds up', [1, 1, 3, 3], { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'ceil' }],
    ['that interpolates', [1, 1, 2, 2], { mode: 'linear' }],
  ] as const)('%s is refused', (_, scales, attrs) => {
    expect(() => importOnnx(model('Resize', scales, attrs))).toThrow(DiagnosticError);
  });

  it('takes each element from where ONNX says', () => {
    const sizes = (n: number) => [undefined, undefined, undefined, hostTensor('int64', [1], [n])];
    const from = (mode: string, to: number): readonly number[] | undefined =>
      nearest(
        { inputs: sizes(to), attrs: { coordinate_transformation_mode: mode }, opset: 13, outputs: 1 },
        [4],
        'Resize',
      ).from[0];
    expect(from('half_pixel', 8)).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
    expect(from('half_pixel', 3)).toEqual([0, 1, 3]);
    expect(from('align_corners', 7)).toEqual([0, 0, 1, 1, 2, 2, 3]);
    expect(from('asymmetric', 6)).toEqual([0, 1, 1, 2, 3, 3]);
  });
});
