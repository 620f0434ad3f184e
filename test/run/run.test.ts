/** Many samples at once give what one sample after the other gives, through layout and arithmetic on either side. */
import { describe, expect, it } from 'vitest';
import { jetTagger } from '../../bench/models.ts';
import { runModel } from '../../src/flow/run.ts';
import type { HostNode } from '../../src/host/program.ts';
import { importOnnx } from '../../src/import/onnx/import.ts';
import type { Model } from '../../src/ir/model.ts';
import { readNpy, writeNpy } from '../../src/num/npy.ts';
import { framesOf, type NamedArray, realOutputs } from '../../src/run/frames.ts';
import { isLayout, splitLayout } from '../../src/run/layout.ts';
import { rng } from '../conformance/case.ts';

const SAMPLES = 1100;

function arrays(model: Model, samples: number): Map<string, NamedArray> {
  const random = rng(3);
  const data = Float32Array.from({ length: samples * 16 }, () => random.int(-500, 500) / 100);
  const name = model.pre.inputs[0]?.name ?? '';
  return new Map([[name, { file: 'x.npy', array: readNpy(writeNpy([samples, 16], data), 'x.npy') }]]);
}

const node = (op: string, inputs: string[], outputs: string[], attrs: HostNode['attrs'] = {}): HostNode => ({
  op,
  attrs,
  opset: 13,
  inputs,
  outputs,
});

describe('run', () => {
  const { model } = importOnnx(jetTagger({ weights: 4, activations: 4 }), { name: 'jet' });

  it('equals the outputs of single samples, in batches and in one', () => {
    const given = arrays(model, SAMPLES);
    const [all] = runModel(model, given, false);
    const floats = readNpy(all?.npy ?? new Uint8Array(), 'y.npy').data;
    const array = given.values().next().value?.array;
    for (const s of [0, 1, 511, 512, 1023, SAMPLES - 1]) {
      const row = { shape: [1, 16], dtype: 'f4', data: array?.data.slice(s * 16, (s + 1) * 16) ?? new Float32Array() };
      const [alone] = runModel(model, new Map([...given.keys()].map((k) => [k, { file: 'x.npy', array: row }])), false);
      expect(readNpy(alone?.npy ?? new Uint8Array(), 'y.npy').data).toEqual(floats.slice(s * 5, (s + 1) * 5));
    }
    expect(framesOf(model, given)).toHaveLength(SAMPLES);
  });

  it('moves numbers of several ports through layout behind the hardware', () => {
    const layout = (shape: number[], perm: number[]) => ({ shape, perm });
    const value = (shape: number[]) => ({ shape, elem: { kind: 'int' as const, bits: 8 } });
    const two: Model = {
      graph: {
        ...model.graph,
        outputs: [
          { name: 'a', value: 'a', steps: [], layout: layout([2, 3], [1, 0]) },
          { name: 'b', value: 'b', steps: [{ kind: 'affine', a: ['2'], b: ['1'] }], layout: layout([2], [0]) },
        ],
        values: { a: value([3, 2]), b: value([2]) },
      },
      pre: model.pre,
      post: {
        inputs: [
          { name: 'a', dtype: 'float32', shape: [2, 3] },
          { name: 'b', dtype: 'float32', shape: [2] },
        ],
        outputs: [
          { name: 'negated', dtype: 'float32', shape: [2] },
          { name: 'turned', dtype: 'float32', shape: [3, 2] },
        ],
        nodes: [
          node('Transpose', ['a'], ['t'], { perm: [1, 0] }),
          node('Neg', ['b'], ['negated']),
          node('Identity', ['t'], ['turned']),
        ],
        consts: {},
      },
    };
    expect(isLayout(two.post)).toBe(false);
    expect(splitLayout(two.post).rest.nodes.map((n) => n.op)).toEqual(['Neg']);
    const frame = new Map([
      ['a', { shape: [3, 2], data: Int32Array.of(1, 2, 3, 4, 5, 6) }],
      ['b', { shape: [2], data: Int32Array.of(7, -9) }],
    ]);
    const out = realOutputs(two, frame);
    expect([...out.keys()]).toEqual(['negated', 'turned']);
    expect([...(out.get('negated')?.data ?? [])]).toEqual([-15, 17]);
    // The stream holds the transposed tensor, and the model transposes once more: the stream's own order.
    expect(out.get('turned')?.shape).toEqual([3, 2]);
    expect([...(out.get('turned')?.data ?? [])]).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
