import { Type } from 'typebox';
import { allocate, type IntTensor, numel } from '../../../num/tensor.ts';
import { defineOp, hull, type OpContext } from '../../op.ts';
import { applyMatmul, dotInterval, type MatmulAttrs, type MatmulSizes, matmulSchema, matmulSizes } from './heads.ts';

const sizesOf = ({ attrs, inputs: [a, b] }: OpContext<MatmulAttrs>): MatmulSizes | string =>
  matmulSizes(attrs, a?.shape ?? [], b?.shape ?? []);

/** Product of two streamed matrices, exact: `[N, H·K]` by `[M, H·K]` or `[K, H·M]` gives `[N, H·M]`. */
export const matmul = defineOp<MatmulAttrs>({
  kind: 'matmul',
  summary: 'Product of two matrices that both are activations, head by head.',
  attrs: Type.Object(matmulSchema, { additionalProperties: false }),
  inputs: 2,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: (ctx) => {
    const sizes = sizesOf(ctx);
    return typeof sizes === 'string' ? [sizes] : [];
  },
  shapes: (ctx) => {
    const sizes = sizesOf(ctx);
    return typeof sizes === 'string' ? [] : [[sizes.N, sizes.H * sizes.M]];
  },
  bounds: (ctx, [a = [], b = []]) => {
    const sizes = sizesOf(ctx);
    return [[dotInterval(hull(a), hull(b), typeof sizes === 'string' ? 0 : sizes.K)]];
  },
  reference: (ctx, [a, b], [type]) => {
    const sizes = sizesOf(ctx);
    const shape = type?.shape ?? [];
    const data = allocate(numel(shape), type?.elem ?? { kind: 'int', bits: 53 });
    if (typeof sizes !== 'string') {
      applyMatmul(sizes, ctx.attrs.transposeB, (a as IntTensor).data, (b as IntTensor).data, data);
    }
    return [{ shape, data }];
  },
});
