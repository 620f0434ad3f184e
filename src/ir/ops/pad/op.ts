import { Type } from 'typebox';
import { allocate, type IntTensor, numel } from '../../../num/tensor.ts';
import { defineOp } from '../../op.ts';
import { type Pads, padBounds, paddedSize, padImage } from '../window/geometry.ts';
import { padsSchema } from '../window/schema.ts';

/** `pads`: top, left, bottom, right; `value`: the integer that fills them. */
export type PadAttrs = { readonly pads: Pads; readonly value: number };

/** Surrounds an image with constant pixels: `[H, W, C] → [H + top + bottom, W + left + right, C]`. */
export const pad = defineOp<PadAttrs>({
  kind: 'pad',
  summary: 'Surrounds an image with constant pixels.',
  attrs: Type.Object({ pads: padsSchema, value: Type.Integer() }, { additionalProperties: false }),
  inputs: 1,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: ({ inputs }) => {
    const shape = inputs[0]?.shape ?? [];
    return shape.length === 3 ? [] : [`needs an image [H, W, C], got [${shape.join(', ')}]`];
  },
  shapes: ({ attrs, inputs }) => {
    const [h = 0, w = 0, c = 0] = inputs[0]?.shape ?? [];
    return [[...paddedSize(h, w, attrs.pads), c]];
  },
  bounds: ({ attrs: { pads, value } }, [x = []]) => [padBounds(x, pads, value)],
  reference: ({ attrs, inputs }, [x], [type]) => {
    const [h = 0, w = 0, c = 0] = inputs[0]?.shape ?? [];
    const shape = type?.shape ?? [];
    const data = type ? allocate(numel(shape), type.elem) : new Int32Array(0);
    padImage((x as IntTensor).data, data, [h, w, c], attrs.pads, attrs.value);
    return [{ shape, data }];
  },
});
