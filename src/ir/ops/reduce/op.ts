import { Type } from 'typebox';
import { allocate, type IntTensor, numel } from '../../../num/tensor.ts';
import { defineOp } from '../../op.ts';
import { type ReduceKind, reduceAxis, reduceInterval, reduceKind } from './arith.ts';

export type ReduceAttrs = { readonly kind: ReduceKind };

/** Largest value or sum over the last axis but one: `[…, K, C] → […, C]`. */
export const reduce = defineOp<ReduceAttrs>({
  kind: 'reduce',
  summary: 'Maximum or sum over the last axis but one (the positions of a window).',
  attrs: Type.Object({ kind: reduceKind }, { additionalProperties: false }),
  batch: 'leading',
  inputs: 1,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: ({ inputs }) => ((inputs[0]?.shape.length ?? 0) >= 2 ? [] : ['needs an input of two axes or more: […, K, C]']),
  shapes: ({ inputs }) => {
    const shape = inputs[0]?.shape ?? [];
    return [[...shape.slice(0, -2), shape[shape.length - 1] ?? 0]];
  },
  bounds: ({ attrs, inputs }, [x = []]) => {
    const k = inputs[0]?.shape.at(-2) ?? 1;
    return [x.map((b) => reduceInterval(b, k, attrs.kind))];
  },
  reference: ({ attrs, inputs }, [x], [type]) => {
    const [k = 1, c = 1] = inputs[0]?.shape.slice(-2) ?? [];
    const shape = type?.shape ?? [];
    const data = type ? allocate(numel(shape), type.elem) : new Int32Array(0);
    reduceAxis((x as IntTensor).data, data, k, c, attrs.kind);
    return [{ shape, data }];
  },
});
