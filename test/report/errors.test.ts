import { describe, expect, it } from 'vitest';
import { integerInput, integerOutput, quantise } from '../../src/ir/build-ops.ts';
import { GraphBuilder } from '../../src/ir/builder.ts';
import { interpreter } from '../../src/ir/interpret.ts';
import { lookupFor } from '../../src/kernels/lookup.ts';
import { int } from '../../src/num/elem.ts';
import type { ScalarSteps } from '../../src/num/scalar.ts';
import { errorObserver } from '../../src/report/errors.ts';

const round = (lo: number, hi: number) => ({ kind: 'round', mode: 'ROUND', lo, hi }) as const;
const affine = (a: readonly string[], b = '0') => ({ kind: 'affine', a, b: [b] }) as const;

/** What is said of a quantiser of two channels that sees these integers. */
function errorOf(steps: ScalarSteps, data: readonly number[]) {
  const b = new GraphBuilder('g');
  const x = integerInput(b, 'x', [data.length / 2, 2], int(8));
  integerOutput(b, 'y', quantise(b, 'q', x, steps));
  const graph = b.finish();
  const observer = errorObserver(graph);
  const run = interpreter(graph, lookupFor(graph.level), (value, t) => observer.see(value, t.data));
  run(new Map([['x', { shape: [data.length / 2, 2], data: Int32Array.from(data) }]]));
  return observer.result()[0];
}

const figures = (signal: number, noise: number, n: number) => ({
  rms: Math.sqrt(noise / n),
  snr: 10 * Math.log10(signal / noise),
});

describe('what a quantiser costs', () => {
  it('is the distance of codes from reals, per channel', () => {
    // Reals 0.5, 1.25, -4, 1; codes 0, 1, -2, 1.
    const found = errorOf([affine(['1/2', '1/4']), round(-2, 1)], [1, 5, -8, 4]);
    const want = figures(0.25 + 1.25 ** 2 + 16 + 1, 0.25 + 0.0625 + 4, 4);
    expect(found).toEqual({ node: 'q', origin: '', type: 'i2', ...want, saturated: 0.25 });
  });

  it('counts every rounding of a chain', () => {
    // Reals 0.5, 1.5, 2, 0; codes 2·round(x/4): 0, 2, 2, 0.
    const found = errorOf([affine(['1/4']), round(-99, 99), affine(['2']), round(-99, 99)], [1, 3, 4, 0]);
    expect(found).toMatchObject({ ...figures(0.25 + 2.25 + 4, 0.25 + 0.25, 4), saturated: 0 });
  });

  it('counts what a clip of codes cuts off, but not what a ReLU does', () => {
    const found = errorOf([round(-(2 ** 20), 2 ** 20), { kind: 'clip', lo: '0', hi: '10' }], [-50, 4, 10, 13]);
    expect(found).toMatchObject({ ...figures(16 + 100 + 169, 9, 4), saturated: 0.25 });
  });

  it('is nothing where all is whole already', () => {
    expect(errorOf([round(-99, 99)], [1, 2, 3, 4])).toMatchObject({ rms: 0, snr: Infinity, saturated: 0 });
  });

  it('is not said of signs', () => {
    expect(errorOf([{ kind: 'sign' }], [1, -2])).toBeUndefined();
  });
});
