import type { Attrs, Const } from '../../ir/graph.ts';
import type { OpContext } from '../../ir/op.ts';
import { denominatorBits, quotientBits, type SoftmaxDesign, type SoftmaxMethod } from '../../ir/ops/softmax/weights.ts';
import { bitLength, type ElemType, elemRange } from '../../num/elem.ts';
import type { RowAttrs } from '../row-attrs.ts';
import { type RowStore, rowStore } from '../rows.ts';
import { signedBits } from '../widths.ts';

export type SoftmaxKernelAttrs = Attrs & RowAttrs & { readonly method: SoftmaxMethod; readonly design: SoftmaxDesign };

export type SoftmaxContext = OpContext<SoftmaxKernelAttrs>;

export const tableOf = (ctx: SoftmaxContext): Const => ctx.consts['mantissas'] as Const;
export const elemOf = (ctx: SoftmaxContext): ElemType => ctx.inputs[0]?.elem ?? { kind: 'int', bits: 1 };

/** Cycles from the last beat to what is known of its row, and stages from the store to the output: as in the Verilog. */
const TO_MAXIMUM = 6;
const TO_ONLINE_SUM = 8;
const TO_SUM = 4;
const OUT = 4;

/** The store in which rows wait for their sum and, with three passes, the one before it where they wait for the maximum. */
export function softmaxStores({ channels, PE, method, design }: SoftmaxKernelAttrs): {
  readonly maxima?: RowStore;
  readonly sums: RowStore;
} {
  const beats = channels / PE;
  const quotient = quotientBits(design);
  if (method === 'online') return { sums: rowStore(beats, TO_ONLINE_SUM + quotient, OUT) };
  return { maxima: rowStore(beats, TO_MAXIMUM, 1), sums: rowStore(beats, TO_SUM + quotient, OUT) };
}

/** Bits of the datapath. */
export function softmaxWidths(ctx: SoftmaxContext) {
  const { design, channels } = ctx.attrs;
  const { coding, stepBits, mantissa, drop } = design;
  const x = elemRange(elemOf(ctx));
  const sum = { lo: Math.min(0, x.lo) * coding.mul, hi: Math.max(0, x.hi) * coding.mul + coding.add };
  const octave = coding.bits - stepBits;
  return {
    x: signedBits(x),
    mul: signedBits({ lo: 0, hi: coding.mul }),
    add: signedBits({ lo: 0, hi: coding.add }),
    // More than the shift, so that something is left.
    sum: Math.max(signedBits(sum), coding.shift + 1),
    code: coding.bits,
    octave,
    mantissa,
    denominator: denominatorBits(design, channels),
    quotient: quotientBits(design),
    /** Of the last shift. */
    n: bitLength(drop + 2 ** octave),
  };
}
