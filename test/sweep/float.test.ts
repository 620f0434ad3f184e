/** Bits of a float model as an axis: quantised by the samples of the sweep, once for the same bits. */
import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/diag/diagnostic.ts';
import { loadOnnx } from '../../src/import/onnx/load.ts';
import { writeNpy } from '../../src/num/npy.ts';
import type { BuildConfig } from '../../src/passes/config.ts';
import { calibrate } from '../../src/quantise/calibrate.ts';
import { jobOf, sourceHash } from '../../src/sweep/job.ts';
import { measurer } from '../../src/sweep/measure.ts';
import { checkSweep } from '../../src/sweep/spec.ts';
import { frames, residual } from '../quantise/networks.ts';

const N = 8;
const given = frames(N);
const { outputs } = calibrate(loadOnnx(residual()), given);
const all = (list: readonly Float64Array[]): Float32Array => Float32Array.from(list.flatMap((v) => [...v]));
const source = {
  version: '0',
  file: 'float.onnx',
  name: 'float',
  model: residual(),
  data: {
    inputs: writeNpy([N, 1, 6, 6], all(given.map((f) => f.get('x')?.data ?? new Float64Array()))),
    expect: writeNpy([N, 4], all(outputs)),
  },
};
const measure = measurer(source);
const result = (config: BuildConfig) => measure(jobOf(sourceHash(source), config, N));

describe('bits as an axis', () => {
  it('cost less and err more the fewer they are', () => {
    const [eight, four] = [result({ bits: 8 }), result({ bits: 4 })];
    expect([eight.status, four.status]).toEqual(['done', 'done']);
    expect(four.figures.lut).toBeLessThan(eight.figures.lut ?? 0);
    expect(four.figures.error).toBeGreaterThan(eight.figures.error ?? 1);
    expect(eight.figures.error).toBeLessThan(0.01);
  });

  it('go with every folding', () => {
    const [fast, slow] = [result({ bits: 4, targetIi: 200 }), result({ bits: 4, targetIi: 2000 })];
    expect(fast.figures.error).toBe(slow.figures.error);
    expect(fast.figures.ii).toBeLessThan(slow.figures.ii ?? 0);
  });

  it('need samples', () => {
    const spec = { model: 'float.onnx', axes: { bits: [4, 8] } };
    expect(() => checkSweep('s.json', spec)).toThrow(DiagnosticError);
    expect(checkSweep('s.json', { ...spec, data: { inputs: 'x.npy', expect: 'y.npy' } }).axes).toHaveLength(1);
  });
});
