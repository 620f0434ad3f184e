import { Type } from 'typebox';
import type { Interval } from '../../../num/elem.ts';
import { allocate, type IntTensor, numel } from '../../../num/tensor.ts';
import type { ValueType } from '../../graph.ts';
import type { Bounds } from '../../op.ts';
import { spreadBounds } from '../rows.ts';

/** `y = mulA · a + mulB · b + offset`, element by element. */
export type AddAttrs = { readonly mulA: number; readonly mulB: number; readonly offset: number };

const Int32 = Type.Integer({ minimum: -(2 ** 31), maximum: 2 ** 31 - 1 });

/** Schema of the attributes, shared with the kernel. */
export const addSchema = { mulA: Int32, mulB: Int32, offset: Int32 };

export function applyAdd(
  { mulA, mulB, offset }: AddAttrs,
  [a, b]: readonly IntTensor[],
  type: ValueType | undefined,
): IntTensor {
  const { shape, data } = a as IntTensor;
  const other = (b as IntTensor).data;
  const y = allocate(numel(shape), type?.elem ?? { kind: 'int', bits: 53 });
  for (let i = 0; i < y.length; i++) y[i] = mulA * (data[i] as number) + mulB * (other[i] as number) + offset;
  return { shape, data: y };
}

/** Exact bounds of the sum of independent operands, per channel where either is. */
export function addBounds({ mulA, mulB, offset }: AddAttrs, a: Bounds, b: Bounds): Bounds {
  const channels = Math.max(a.length, b.length);
  const right = spreadBounds(b, channels);
  return spreadBounds(a, channels).map((x, c) => {
    const [p, q] = [times(x, mulA), times(right[c] as Interval, mulB)];
    return { lo: p.lo + q.lo + offset, hi: p.hi + q.hi + offset };
  });
}

function times({ lo, hi }: Interval, k: number): Interval {
  return k < 0 ? { lo: k * hi, hi: k * lo } : { lo: k * lo, hi: k * hi };
}
