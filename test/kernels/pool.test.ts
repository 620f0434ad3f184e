import { describe, expect, it } from 'vitest';
import type { Attrs, ValueType } from '../../src/ir/graph.ts';
import { hull } from '../../src/ir/op.ts';
import { maxpool } from '../../src/ir/ops/maxpool/op.ts';
import { sumpool } from '../../src/ir/ops/sumpool/op.ts';
import { divisors } from '../../src/kernels/divisors.ts';
import { globalpool } from '../../src/kernels/globalpool/kernel.ts';
import type { KernelDef } from '../../src/kernels/kernel.ts';
import { pad } from '../../src/kernels/pad/kernel.ts';
import { pool } from '../../src/kernels/pool/kernel.ts';
import { swg } from '../../src/kernels/swg/kernel.ts';
import { elemFor, elemRange, int } from '../../src/num/elem.ts';
import type { IntTensor } from '../../src/num/tensor.ts';
import { type Rng, rng } from '../conformance/case.ts';

interface Stream {
  readonly type: ValueType;
  readonly x: IntTensor;
}

/** One kernel's reference on one frame. */
function apply<A extends Attrs>(kernel: KernelDef<A>, attrs: A, { type, x }: Stream): Stream {
  const ctx = { attrs, inputs: [type], consts: {} };
  expect(kernel.check(ctx)).toEqual([]);
  const bounds = hull(kernel.bounds(ctx, [[elemRange(type.elem)]])[0] ?? []);
  const out: ValueType = {
    shape: kernel.shapes(ctx)[0] ?? [],
    elem: elemFor(bounds),
    lanes: kernel.lanes(ctx)[0] ?? 1,
  };
  return { type: out, x: kernel.reference(ctx, [x], [out])[0] as IntTensor };
}

function image(r: Rng, h: number, w: number, c: number): Stream {
  const data = Int32Array.from({ length: h * w * c }, () => r.int(-8, 7));
  return { type: { shape: [data.length], elem: int(4) }, x: { shape: [data.length], data } };
}

describe('pooling kernels', () => {
  it.each([
    { op: maxpool, kind: 'max' as const },
    { op: sumpool, kind: 'sum' as const },
  ])('pad, windows in depthwise order and pool are a $op.kind, at every PE', ({ op, kind }) => {
    for (let seed = 0; seed < 40; seed++) {
      const r = rng(seed);
      const [h, w, c] = [r.int(3, 6), r.int(3, 6), r.pick([1, 4, 6])];
      const sliding = {
        kernel: [r.int(1, 3), r.int(1, 3)] as const,
        stride: [r.int(1, 3), r.int(1, 3)] as const,
        dilation: [1, 1] as const,
      };
      const pads = [r.int(0, 1), r.int(0, 1), r.int(0, 2), r.int(0, 2)] as const;
      const frame = image(r, h, w, c);
      const ctx = {
        attrs: { ...sliding, pads, padValue: -8 },
        inputs: [{ shape: [h, w, c], elem: int(4) }],
        consts: {},
      };
      const shape = op.shapes(ctx)[0] ?? [];
      const elem = elemFor(hull(op.bounds(ctx, [[elemRange(int(4))]])[0] ?? []));
      const expected = op.reference(ctx, [{ shape: [h, w, c], data: frame.x.data }], [{ shape, elem }])[0]?.data;
      const [H, W] = [h + pads[0] + pads[2], w + pads[1] + pads[3]];
      const K = sliding.kernel[0] * sliding.kernel[1];
      const pixels = (shape[0] ?? 0) * (shape[1] ?? 0);
      for (const PE of divisors(c)) {
        const padded = apply(pad, { H: h, W: w, C: c, pads, value: -8, SIMD: PE }, frame);
        const windows = apply(swg, { H, W, C: c, ...sliding, groups: 1, order: 'depthwise', SIMD: PE }, padded);
        const pooled = apply(pool, { kind, pixels, K, C: c, PE }, windows);
        expect([...pooled.x.data], `seed ${seed}, PE ${PE}`).toEqual([...(expected ?? [])]);
        expect(pooled.type.elem).toEqual(elem);
      }
    }
  });

  it('reduces whole frames channel by channel', () => {
    const frame: Stream = {
      type: { shape: [6], elem: int(4) },
      x: { shape: [6], data: Int32Array.of(1, -2, 3, -4, -5, -6) },
    };
    expect([...apply(globalpool, { kind: 'max', pixels: 3, C: 2, PE: 1 }, frame).x.data]).toEqual([3, -2]);
    expect([...apply(globalpool, { kind: 'sum', pixels: 3, C: 2, PE: 2 }, frame).x.data]).toEqual([-1, -12]);
  });
});
