import { describe, expect, it } from 'vitest';
import { integerInput, integerOutput, quantise } from '../../src/ir/build-ops.ts';
import { GraphBuilder } from '../../src/ir/builder.ts';
import { int } from '../../src/num/elem.ts';
import { errorObserver, type Tally, tallied } from '../../src/report/errors.ts';

const round = (lo: number, hi: number) => ({ kind: 'round', mode: 'ROUND', lo, hi }) as const;
const tally = (values: readonly number[], lo: number, hi: number): Tally => {
  const t: Tally = { n: 0, signal: 0, noise: 0, saturated: 0 };
  for (const v of values) tallied(t, v, round(lo, hi));
  return t;
};

describe('the error of a rounding', () => {
  it('is the distance to the code, in steps', () => {
    expect(tally([1.25, -2, 0.5], -8, 7)).toEqual({
      n: 3,
      signal: 1.25 ** 2 + 4 + 0.25,
      noise: 0.0625 + 0.25,
      saturated: 0,
    });
  });

  it('counts what lies beyond the last code by more than half a step', () => {
    expect(tally([7.4, 7.6, 12, -9], -8, 7)).toMatchObject({ saturated: 3 });
  });

  it('takes a least code of zero for a ReLU', () => {
    expect(tally([-3, 2], 0, 7)).toEqual({ n: 2, signal: 4, noise: 0, saturated: 0 });
  });
});

describe('quantisers of a graph', () => {
  it('are measured per channel, before their last rounding; signs are not', () => {
    const b = new GraphBuilder('g');
    const x = integerInput(b, 'x', [1, 2], int(8));
    const q = quantise(b, 'q', x, [{ kind: 'affine', a: ['1/2', '1/4'], b: ['0'] }, round(-2, 1)]);
    integerOutput(b, 'y', quantise(b, 's', q, [{ kind: 'sign' }]));
    const observer = errorObserver(b.finish());
    observer.see(x, [1, 5]);
    observer.see(x, [-8, 4]);
    observer.see(q, [0, 1]);
    // Reals 0.5, 1.25, -4, 1; codes 0, 1, -2, 1.
    const noise = 0.25 + 0.0625 + 4;
    const signal = 0.25 + 1.25 ** 2 + 16 + 1;
    expect(observer.result()).toEqual([
      {
        node: 'q',
        origin: '',
        type: 'i2',
        rms: Math.sqrt(noise / 4),
        snr: 10 * Math.log10(signal / noise),
        saturated: 0.25,
      },
    ]);
  });
});
