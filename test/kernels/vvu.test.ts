import { describe, expect, it } from 'vitest';
import { type VvuAttrs, vvu } from '../../src/kernels/vvu/kernel.ts';
import { unfoldWindows } from '../../src/kernels/vvu/order.ts';
import { int } from '../../src/num/elem.ts';

describe('VVU stream order', () => {
  it('is channel fold outermost, then positions, then PE channels', () => {
    // One pixel, three positions, four channels: value = 10 · position + channel.
    const stream = Int32Array.of(0, 1, 10, 11, 20, 21, 2, 3, 12, 13, 22, 23);
    const x = unfoldWindows({ shape: [12], data: stream }, { channels: 4, window: 3, pixels: 1, PE: 2 });
    expect(x.shape).toEqual([1, 3, 4]);
    expect([...x.data]).toEqual([0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23]);
  });

  it('is the tensor order when all channels are in parallel', () => {
    const stream = Int32Array.from({ length: 24 }, (_, i) => i);
    const x = unfoldWindows({ shape: [24], data: stream }, { channels: 4, window: 3, pixels: 2, PE: 4 });
    expect([...x.data]).toEqual([...stream]);
  });
});

describe('VVU', () => {
  const attrs: VvuAttrs = { channels: 4, window: 3, pixels: 1, PE: 2, SIMD: 1, mult: 'auto' };
  const ctx = {
    name: 'dw0',
    attrs,
    inputs: [{ shape: [12], elem: int(8), lanes: 2 }],
    outputs: [{ shape: [4], elem: int(16), lanes: 2 }],
    consts: { weight: { shape: [4, 3], elem: int(4), data: Int32Array.from({ length: 12 }, (_, i) => i % 8) } },
  };

  it('computes one filter per channel from the folded stream', () => {
    const data = Int32Array.of(0, 1, 10, 11, 20, 21, 2, 3, 12, 13, 22, 23);
    const [y] = vvu.reference(ctx, [{ shape: [12], data }], ctx.outputs);
    // Channel c: rows [0 1 2], [3 4 5], [6 7 0], [1 2 3] times [c, 10 + c, 20 + c].
    expect([...(y?.data ?? [])]).toEqual([50, 152, 96, 98]);
  });

  it('holds PE channels per word, positions first', () => {
    expect(vvu.verilog(ctx).memories[0]?.words).toEqual(['30', '41', '52', '16', '27', '30']);
  });

  it('refuses what does not divide', () => {
    expect(vvu.check({ ...ctx, attrs: { ...attrs, PE: 3, SIMD: 2 } })).toEqual([
      'PE=3 does not divide channels=4',
      'SIMD=2 does not divide window=3',
    ]);
  });
});
