import { describe, expect, it } from 'vitest';
import { fastest } from '../bench/bench.ts';
import { jetLayers, randomMatrix } from '../bench/matrices.ts';
import { cnv, jetTagger, tfc } from '../bench/models.ts';
import { plainMatrix } from '../bench/plain.ts';
import { table } from '../bench/table.ts';
import { importOnnx } from '../src/import/onnx/import.ts';
import { numel } from '../src/num/tensor.ts';

describe('the networks of the benchmarks', () => {
  it.each([
    ['TFC', tfc({ weights: 2, activations: 2 }), 59_008, 3, 4],
    ['jet tagger', jetTagger({ weights: 8, activations: 6 }), 4_256, 3, 4],
    ['CNV, 2-bit', cnv({ weights: 2, activations: 2 }), 1_542_848, 8, 9],
    ['CNV, 1-bit', cnv({ weights: 1, activations: 1 }), 1_542_848, 8, 9],
  ])('%s has its weights and layers, and integers throughout', (_, bytes, weights, quantisers, products) => {
    const { graph } = importOnnx(bytes, { name: 'bench' }).model;
    const count = (...ops: readonly string[]): number => graph.nodes.filter((n) => ops.includes(n.op)).length;
    const sizes = Object.values(graph.consts).map((c) => numel(c.shape));
    expect(sizes.reduce((a, b) => a + b, 0)).toBe(weights);
    expect(count('dense', 'conv')).toBe(products);
    expect(count('quantise')).toBe(quantisers);
  });

  it('are the same every time', () => {
    expect(tfc({ weights: 2, activations: 2 })).toEqual(tfc({ weights: 2, activations: 2 }));
  });
});

it('the plain loops multiply a matrix with every vector', () => {
  const y = new Int32Array(4);
  plainMatrix(Int32Array.of(1, 2, 3, -1, 0, 5), Int32Array.of(1, 1, 1, 2, 0, -1), y, 2, 3);
  expect([...y]).toEqual([6, -1, 4, -7]);
});

it('the fastest of several calls is taken', () => {
  let calls = 0;
  expect(fastest(5, () => calls++)).toBeGreaterThanOrEqual(0);
  expect(calls).toBe(5);
});

it('a table has a line per row', () => {
  const text = table(
    'name',
    'what it is',
    [1, 2.25],
    [
      { what: 'a', value: 1234.5, unit: 'x/s' },
      { what: 'b', value: 2.5, unit: 's', against: { what: 'a', ratio: 0.5 }, cpu: 1, peak: 20 },
    ],
  );
  expect(text.split('\n')).toEqual([
    'name: what it is (load 1.0 → 2.3)',
    '   measured   ratio     CPU     peak memory',
    'a  1,235 x/s',
    'b  2.50 s     0.50 × a  1.00 s  20.0 MB',
  ]);
});

describe('the matrices of the benchmarks', () => {
  it('have the share of zeros and the width that they say', () => {
    const { weights, name } = randomMatrix(64, 4, 0.2);
    expect(name).toBe('64×64, 4 bits, 80 % zeros');
    const zeros = weights.filter((w) => w === 0).length / weights.length;
    expect(zeros).toBeGreaterThan(0.75);
    expect(zeros).toBeLessThan(0.85);
    expect([Math.min(...weights), Math.max(...weights)]).toEqual([-8, 7]);
  });

  it.each([6, 8] as const)('are the layers of the jet tagger of %i bits', (bits) => {
    const layers = jetLayers(bits);
    expect(layers.map((l) => [l.rows, l.cols, l.hi - l.lo])).toEqual(
      [
        [64, 16],
        [32, 64],
        [32, 32],
        [5, 32],
      ].map((shape) => [...shape, 2 ** bits - 1]),
    );
    for (const l of layers) expect(l.weights.length).toBe(l.rows * l.cols);
  });
});
