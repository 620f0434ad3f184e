import { Type } from 'typebox';
import { allocate, type IntTensor, numel } from '../../../num/tensor.ts';
import { defineOp } from '../../op.ts';
import { type ReduceKind, reduceAxis, reduceInterval, reduceKind } from '../reduce/arith.ts';

export type GlobalReduceAttrs = { readonly kind: ReduceKind };

/** Largest value or sum of each channel over all pixels: `[H, W, C] → [C]`. */
export const globalreduce = defineOp<GlobalReduceAttrs>({
  kind: 'globalreduce',
  summary: 'Maximum or sum of each channel over the whole image.',
  attrs: Type.Object({ kind: reduceKind }, { additionalProperties: false }),
  inputs: 1,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: ({ inputs }) => {
    const shape = inputs[0]?.shape ?? [];
    return shape.length === 3 ? [] : [`needs an image [H, W, C], got [${shape.join(', ')}]`];
  },
  shapes: ({ inputs }) => [[inputs[0]?.shape[2] ?? 0]],
  bounds: ({ attrs, inputs }, [x = []]) => {
    const [h = 1, w = 1] = inputs[0]?.shape ?? [];
    return [x.map((b) => reduceInterval(b, h * w, attrs.kind))];
  },
  reference: ({ attrs, inputs }, [x], [type]) => {
    const [h = 1, w = 1, c = 1] = inputs[0]?.shape ?? [];
    const shape = type?.shape ?? [];
    const data = type ? allocate(numel(shape), type.elem) : new Int32Array(0);
    reduceAxis((x as IntTensor).data, data, h * w, c, attrs.kind);
    return [{ shape, data }];
  },
});
