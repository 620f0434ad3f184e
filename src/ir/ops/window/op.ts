import { Type } from 'typebox';
import { allocate, type IntTensor, numel } from '../../../num/tensor.ts';
import { type Bounds, boundsAt, defineOp } from '../../op.ts';
import { gatherRow, type Pair, positions, slidingProblems } from './geometry.ts';
import { slidingSchema } from './schema.ts';

/**
 * `order`: `dense` lays a window out as one axis `(groups, kh, kw, C / groups)` for a matrix product; `depthwise` as two
 * axes `[kh·kw, C]` for an op that treats every channel by itself (then `groups` is 1).
 */
export type WindowAttrs = {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly groups: number;
  readonly order: 'dense' | 'depthwise';
};

/** Sliding windows of an image: `[H, W, C] → [OH, OW, kh·kw·C]`, or `[OH, OW, kh·kw, C]` in depthwise order. */
export const window = defineOp<WindowAttrs>({
  kind: 'window',
  summary: 'Copies the sliding windows of an image, one after another (im2col).',
  attrs: Type.Object(
    {
      ...slidingSchema,
      groups: Type.Integer({ minimum: 1 }),
      order: Type.Union([Type.Literal('dense'), Type.Literal('depthwise')]),
    },
    { additionalProperties: false },
  ),
  inputs: 1,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: ({ attrs, inputs }) => {
    const shape = inputs[0]?.shape ?? [];
    const problems = slidingProblems(shape, attrs);
    const c = shape[2] ?? 0;
    if (c % attrs.groups !== 0) problems.push(`groups=${attrs.groups} does not divide the ${c} channels`);
    if (attrs.order === 'depthwise' && attrs.groups !== 1) problems.push('depthwise order has groups=1');
    return problems;
  },
  shapes: ({ attrs, inputs }) => {
    const [h = 0, w = 0, c = 0] = inputs[0]?.shape ?? [];
    const taps = attrs.kernel[0] * attrs.kernel[1];
    return [[...positions(h, w, attrs), ...(attrs.order === 'depthwise' ? [taps, c] : [taps * c])]];
  },
  bounds: ({ attrs, inputs }, [x = []]) => [
    attrs.order === 'depthwise' || x.length === 1 ? x : spread(x, inputs[0]?.shape[2] ?? 0, attrs),
  ],
  reference: ({ attrs, inputs }, [x], [type]) => {
    const [h = 0, w = 0, c = 0] = inputs[0]?.shape ?? [];
    const shape = type?.shape ?? [];
    const data = type ? allocate(numel(shape), type.elem) : new Int32Array(0);
    const [rows, columns] = positions(h, w, attrs);
    const image = { w, c, columns, groups: attrs.groups };
    const perRow = data.length / rows;
    for (let row = 0; row < rows; row++) gatherRow((x as IntTensor).data, data, row * perRow, row, image, attrs);
    return [{ shape, data }];
  },
});

/** The bounds of the channels, in the order `(groups, kh, kw, C / groups)`. */
function spread(x: Bounds, c: number, { kernel, groups }: WindowAttrs): Bounds {
  const n = c / groups;
  const out = [];
  for (let g = 0; g < groups; g++) {
    for (let k = 0; k < kernel[0] * kernel[1]; k++) {
      for (let i = 0; i < n; i++) out.push(boundsAt(x, g * n + i));
    }
  }
  return out;
}
