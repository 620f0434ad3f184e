import { Type } from 'typebox';
import { allocate, type IntTensor, numel } from '../../../num/tensor.ts';
import { type Bounds, defineOp } from '../../op.ts';
import { channelsOf, spreadBounds } from '../rows.ts';
import { type Part, takePart } from './part.ts';

/** Entries `start` to `start + size − 1` of one axis. */
export type SliceAttrs = { readonly axis: number; readonly start: number; readonly size: number };

/** The slice as a part of each run of elements that the axis and all behind it make. */
export function partOf({ axis, start, size }: SliceAttrs, shape: readonly number[]): Part {
  const inner = numel(shape.slice(axis + 1));
  return { period: inner * (shape[axis] ?? 1), start: inner * start, keep: inner * size };
}

const sliced = ({ axis, size }: SliceAttrs, shape: readonly number[]): number[] =>
  shape.map((extent, i) => (i === axis ? size : extent));

/** A contiguous part of one axis: the class token's row, or the queries' columns of a joint projection. */
export const slice = defineOp<SliceAttrs>({
  kind: 'slice',
  summary: 'A contiguous part of one axis.',
  attrs: Type.Object(
    {
      axis: Type.Integer({ minimum: 0 }),
      start: Type.Integer({ minimum: 0 }),
      size: Type.Integer({ minimum: 1 }),
    },
    { additionalProperties: false },
  ),
  inputs: 1,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: ({ attrs: { axis, start, size }, inputs }) => {
    const shape = inputs[0]?.shape ?? [];
    const extent = shape[axis];
    if (extent === undefined) return [`axis ${axis} of [${shape.join(', ')}]`];
    return start + size <= extent ? [] : [`entries ${start} to ${start + size - 1} of an axis of ${extent}`];
  },
  shapes: ({ attrs, inputs }) => [sliced(attrs, inputs[0]?.shape ?? [])],
  bounds: ({ attrs, inputs }, [x = []]) => [partBounds(attrs, inputs[0]?.shape ?? [], x)],
  reference: ({ attrs }, [x], [type]) => {
    const { shape: from, data } = x as IntTensor;
    const shape = sliced(attrs, from);
    const y = allocate(numel(shape), type?.elem ?? { kind: 'int', bits: 53 });
    takePart(partOf(attrs, from), data, y);
    return [{ shape, data: y }];
  },
});

function partBounds({ axis, start, size }: SliceAttrs, shape: readonly number[], x: Bounds): Bounds {
  if (x.length <= 1 || axis < shape.length - 1) return x;
  return spreadBounds(x, channelsOf(shape)).slice(start, start + size);
}
