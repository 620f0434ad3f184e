import { Type } from 'typebox';
import { allocate, type IntTensor, numel } from '../../../num/tensor.ts';
import { defineOp, type OpDef } from '../../op.ts';
import { type ReduceKind, reduceAxis, reduceInterval } from '../reduce/arith.ts';
import {
  gatherRow,
  type Pads,
  type Pair,
  padBounds,
  paddedSize,
  padImage,
  positions,
  slidingProblems,
} from '../window/geometry.ts';
import { padsSchema, slidingSchema } from '../window/schema.ts';

/** A ceil-mode pooling is written with larger `pads`; `padValue` fills them. */
export type PoolAttrs = {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly pads: Pads;
  readonly padValue: number;
};

/** The pooling ops differ in what they compute over a window, and in nothing else. */
export function poolOp(kind: string, summary: string, reduceKind: ReduceKind): OpDef<PoolAttrs> {
  return defineOp<PoolAttrs>({
    kind,
    summary,
    attrs: Type.Object(
      { ...slidingSchema, pads: padsSchema, padValue: Type.Integer() },
      { additionalProperties: false },
    ),
    inputs: 1,
    outputs: () => 1,
    consts: { required: [], optional: [] },
    check: ({ attrs, inputs }) => slidingProblems(inputs[0]?.shape ?? [], attrs, attrs.pads),
    shapes: ({ attrs, inputs }) => {
      const [h = 0, w = 0, c = 0] = inputs[0]?.shape ?? [];
      const [ph, pw] = paddedSize(h, w, attrs.pads);
      return [[...positions(ph, pw, attrs), c]];
    },
    bounds: ({ attrs: { kernel, pads, padValue } }, [x = []]) => [
      padBounds(x, pads, padValue).map((b) => reduceInterval(b, kernel[0] * kernel[1], reduceKind)),
    ],
    reference: ({ attrs, inputs }, [x], [type]) => {
      const [h = 0, w = 0, c = 0] = inputs[0]?.shape ?? [];
      const [ph, pw] = paddedSize(h, w, attrs.pads);
      const input = (x as IntTensor).data;
      const image = input instanceof Int32Array ? new Int32Array(ph * pw * c) : new Float64Array(ph * pw * c);
      padImage(input, image, [h, w, c], attrs.pads, attrs.padValue);
      const shape = type?.shape ?? [];
      const data = type ? allocate(numel(shape), type.elem) : new Int32Array(0);
      const [rows, columns] = positions(ph, pw, attrs);
      const taps = attrs.kernel[0] * attrs.kernel[1];
      const windows =
        image instanceof Int32Array ? new Int32Array(columns * taps * c) : new Float64Array(columns * taps * c);
      for (let r = 0; r < rows; r++) {
        gatherRow(image, windows, 0, r, { w: pw, c, columns, groups: 1 }, attrs);
        reduceAxis(windows, data.subarray(r * columns * c, (r + 1) * columns * c), taps, c, reduceKind);
      }
      return [{ shape, data }];
    },
  });
}
