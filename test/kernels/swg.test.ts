import { describe, expect, it } from 'vitest';
import type { ValueType } from '../../src/ir/graph.ts';
import { bufferDepth } from '../../src/kernels/swg/buffer.ts';
import { beats, isParallel, type SwgAttrs } from '../../src/kernels/swg/geometry.ts';
import { swg } from '../../src/kernels/swg/kernel.ts';
import { sequentialModel } from '../../src/kernels/swg/model.ts';
import { uint } from '../../src/num/elem.ts';
import { rng } from '../conformance/case.ts';
import { sample } from '../conformance/samplers/swg.ts';

const IDLE_LIMIT = 2000;

/** Cycles per frame in the steady state, over four frames after four; Infinity for a deadlock. */
function interval(a: SwgAttrs, depth: number): number {
  const model = sequentialModel(a, depth);
  const { output } = beats(a);
  const ends: number[] = [];
  let idle = 0;
  let pushed = 0;
  for (let t = 0; pushed < 8 * output; t++) {
    const handshakes = model.step(1, 1);
    idle = handshakes === 0 ? idle + 1 : 0;
    if (idle > IDLE_LIMIT) return Number.POSITIVE_INFINITY;
    if (handshakes >> 16 && ++pushed % output === 0) ends.push(t);
  }
  return ((ends[7] as number) - (ends[3] as number)) / 4;
}

describe('sliding-window generator', () => {
  const cases = Array.from({ length: 150 }, (_, seed) => sample(rng(seed)).attrs as SwgAttrs).filter(
    (a) => !isParallel(a),
  );

  it('has the ideal interval with its buffer, and not with one word less', () => {
    for (const a of cases) {
      const { input, output } = beats(a);
      const depth = bufferDepth(a);
      const ideal = Math.max(input, output);
      const subject = JSON.stringify(a);
      expect(interval(a, depth), subject).toBe(ideal);
      expect(interval(a, depth - 1), subject).toBeGreaterThan(ideal);
    }
  });

  it('streams channel folds outermost in depthwise order', () => {
    const attrs: SwgAttrs = {
      H: 1,
      W: 3,
      C: 4,
      kernel: [1, 2],
      stride: [1, 1],
      dilation: [1, 1],
      groups: 1,
      order: 'depthwise',
      SIMD: 2,
    };
    const input: ValueType = { shape: [12], elem: uint(4), lanes: 2 };
    const output: ValueType = { shape: [16], elem: uint(4), lanes: 2 };
    const x = Int32Array.from({ length: 12 }, (_, i) => i);
    const [y] = swg.reference({ attrs, inputs: [input], consts: {} }, [{ shape: [12], data: x }], [output]);
    expect([...(y?.data ?? [])]).toEqual([0, 1, 4, 5, 2, 3, 6, 7, 4, 5, 8, 9, 6, 7, 10, 11]);
  });

  it('takes SIMD that divides the channels of a group, or a whole window', () => {
    const attrs: SwgAttrs = {
      H: 4,
      W: 4,
      C: 12,
      kernel: [2, 2],
      stride: [1, 1],
      dilation: [1, 1],
      groups: 2,
      order: 'dense',
      SIMD: 4,
    };
    const ctx = { attrs, inputs: [{ shape: [192], elem: uint(4) }], consts: {} };
    expect(swg.folding?.legal('SIMD', ctx)).toEqual([1, 2, 3, 6, 48]);
    expect(swg.check(ctx)).toEqual(['SIMD=4 does not divide C/groups=6, nor is it a whole window of 48']);
  });
});
