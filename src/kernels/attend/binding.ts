import { meanRange } from '../../ir/ops/attend/weigh.ts';
import { stepsOf } from '../../ir/ops/attention/rota.ts';
import { KIND_CODE } from '../channelwise.ts';
import type { HlsBinding, KernelContext, VerilogBinding } from '../kernel.ts';
import { packWord } from '../memory.ts';
import { signedBits } from '../widths.ts';
import { type AttendKernelAttrs, attendDsp, attendWidths, codeElem, tableOf, valueElem } from './attrs.ts';

const FILES = [
  'sluice_mvu_extend.v',
  'sluice_mvu_delay.v',
  'sluice_delay.v',
  'sluice_cast.v',
  'sluice_product.v',
  'sluice_round_shift.v',
  'sluice_divide.v',
  'sluice_exp.v',
  'sluice_rota.v',
  'sluice_attend_mean.v',
  'sluice_attend_slot.v',
  'sluice_attend.v',
];

export function attendVerilog(ctx: KernelContext<AttendKernelAttrs>): VerilogBinding {
  const a = ctx.attrs;
  const w = attendWidths(ctx);
  const v = valueElem(ctx);
  const range = meanRange(v, a.fraction);
  const words = Array.from(tableOf(ctx).data, (m) => packWord([m], w.mantissa));
  return {
    module: 'sluice_attend',
    files: FILES,
    params: {
      QUERIES: a.queries,
      KEYS: a.keys,
      SLOTS: a.slots,
      HEADS: a.heads,
      COLUMNS: a.columns,
      SIMD: a.SIMD,
      CODE_BITS: codeElem(ctx).bits,
      STEP_BITS: a.stepBits,
      MANTISSA: w.mantissa,
      V_KIND: KIND_CODE[v.kind],
      V_BITS: v.bits,
      DSP: attendDsp(ctx) ? 1 : 0,
      DEN_BITS: w.den,
      ACC_BITS: w.acc,
      RECIPROCAL: a.reciprocalBits,
      FRACTION: a.fraction,
      OUT_BITS: ctx.outputs[0]?.elem.bits ?? signedBits(range),
      LO: range.lo,
      HI: range.hi,
    },
    memories: [{ param: 'TABLE', width: w.mantissa, words }],
  };
}

/** `attend<…, QUERIES, KEYS, STEPS, HEADS, COLUMNS, STEP_BITS, MANTISSA, DEN_W, ACC_W, RECIPROCAL, QUOTIENT, SHIFT, LO, HI>(codes, v, out, mantissas)`. */
export function attendHls(ctx: KernelContext<AttendKernelAttrs>): HlsBinding {
  const a = ctx.attrs;
  const w = attendWidths(ctx);
  const { lo, hi } = meanRange(valueElem(ctx), a.fraction);
  return {
    function: 'attend',
    headers: ['arithmetic.hpp', 'elementwise.hpp', 'rota.hpp', 'attend.hpp'],
    args: [
      a.queries,
      a.keys,
      stepsOf(a),
      a.heads,
      a.columns,
      a.stepBits,
      w.mantissa,
      w.den,
      w.acc,
      a.reciprocalBits,
      w.quotient,
      a.reciprocalBits - a.fraction,
      lo,
      hi,
    ],
    arrays: [
      {
        name: 'mantissas',
        type: `ap_uint<${w.mantissa}>`,
        dims: [2 ** a.stepBits],
        data: tableOf(ctx).data,
        partition: [1],
      },
    ],
  };
}
