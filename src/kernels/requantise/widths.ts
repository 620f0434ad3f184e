import { scalingRows } from '../../ir/ops/requantise/op.ts';
import type { Scaling } from '../../ir/ops/requantise/scale.ts';
import { atRow } from '../../ir/ops/rows.ts';
import { type ElemType, elemRange } from '../../num/elem.ts';
import { valueRange } from '../../num/tensor.ts';
import { signedBits } from '../widths.ts';

/** Bits of the datapath, all signed. */
export interface ScalingWidths {
  readonly x: number;
  readonly mul: number;
  readonly add: number;
  /** Bits of `x · mul + add`, over the element type's range and the actual constants; more than `shift`. */
  readonly sum: number;
}

/** Bits of the signed type that holds a big integer. */
const bigBits = (v: bigint): number => (v < 0n ? -v - 1n : v).toString(2).length + 1;

export function scalingWidths(f: Scaling, elem: ElemType): ScalingWidths {
  const range = elemRange(elem);
  let sum = f.shift + 1;
  for (let row = 0; row < scalingRows(f); row++) {
    for (const x of [range.lo, range.hi]) {
      sum = Math.max(sum, bigBits(BigInt(x) * BigInt(atRow(f.mul, row)) + BigInt(atRow(f.add, row))));
    }
  }
  return {
    x: signedBits(range),
    mul: signedBits(valueRange(f.mul.data)),
    add: signedBits(valueRange(f.add.data)),
    sum,
  };
}
