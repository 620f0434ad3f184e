import type { Interval } from '../../../num/elem.ts';
import { allocate, type IntTensor, numel } from '../../../num/tensor.ts';
import type { ValueType } from '../../graph.ts';
import type { Bounds } from '../../op.ts';
import { productInterval } from '../products.ts';
import { spreadBounds } from '../rows.ts';

/** `y = a · b`, element by element. */
export function applyMultiply([a, b]: readonly IntTensor[], type: ValueType | undefined): IntTensor {
  const { shape, data } = a as IntTensor;
  const other = (b as IntTensor).data;
  const y = allocate(numel(shape), type?.elem ?? { kind: 'int', bits: 53 });
  for (let i = 0; i < y.length; i++) y[i] = (data[i] as number) * (other[i] as number);
  return { shape, data: y };
}

/** Exact bounds of the product of independent operands, per channel where either is. */
export function multiplyBounds(a: Bounds, b: Bounds): Bounds {
  const channels = Math.max(a.length, b.length);
  const right = spreadBounds(b, channels);
  return spreadBounds(a, channels).map((x, c) => productInterval(x, right[c] as Interval));
}
