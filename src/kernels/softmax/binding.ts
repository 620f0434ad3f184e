import { cppInt } from '../channelwise.ts';
import { castParams } from '../elemcode.ts';
import type { HlsBinding, KernelContext, VerilogBinding } from '../kernel.ts';
import { packWord } from '../memory.ts';
import { elemOf, type SoftmaxKernelAttrs, softmaxStores, softmaxWidths, tableOf } from './attrs.ts';

type Ctx = KernelContext<SoftmaxKernelAttrs>;

export function softmaxVerilog(ctx: Ctx): VerilogBinding {
  const { channels, PE, method, design } = ctx.attrs;
  const { coding, stepBits, mantissa, reciprocal, drop } = design;
  const w = softmaxWidths(ctx);
  const { maxima, sums } = softmaxStores(ctx.attrs);
  const cast = castParams(PE, elemOf(ctx), ctx.outputs[0]?.elem ?? { kind: 'int', bits: 1 });
  return {
    module: `sluice_softmax_${method}`,
    files: [
      'sluice_cast.v',
      'sluice_requantise_lane.v',
      'sluice_swg_count.v',
      'sluice_mvu_delay.v',
      'sluice_round_shift.v',
      'sluice_exp.v',
      'sluice_divide.v',
      'sluice_rows_flag.v',
      'sluice_rows.v',
      'sluice_softmax_codes.v',
      'sluice_softmax_out.v',
      `sluice_softmax_${method}.v`,
    ],
    params: {
      PE,
      IN_W: cast['IN_BITS'] ?? 1,
      IN_KIND: cast['IN_KIND'] ?? 1,
      X_W: w.x,
      BEATS: channels / PE,
      MUL: coding.mul,
      MUL_W: w.mul,
      ADD: coding.add,
      ADD_W: w.add,
      SUM_W: w.sum,
      SHIFT: coding.shift,
      CODE_BITS: coding.bits,
      STEP_BITS: stepBits,
      MANTISSA: mantissa,
      D_BITS: w.denominator,
      R_BITS: reciprocal,
      Q_BITS: w.quotient,
      DROP: drop,
      N_W: w.n,
      OUT_W: cast['OUT_BITS'] ?? 1,
      DEPTH: sums.depth,
      SETTLE: sums.settle,
      ...(maxima ? { DEPTH_MAX: maxima.depth } : {}),
    },
    memories: [
      {
        param: 'TABLE_FILE',
        width: mantissa,
        words: Array.from(tableOf(ctx).data, (m) => packWord([m], mantissa)),
      },
    ],
  };
}

/** `softmax<…, ROWS, LENGTH, ONLINE, MUL, ADD_LO, ADD_HI, SUM_W, SHIFT, CODE_BITS, …>(in, out, mantissas)`. */
export function softmaxHls(ctx: Ctx): HlsBinding {
  const { channels, pixels, method, design } = ctx.attrs;
  const { coding, stepBits, mantissa, reciprocal, drop } = design;
  const w = softmaxWidths(ctx);
  const { data } = tableOf(ctx);
  const code = [coding.mul, coding.add % 2 ** 30, Math.floor(coding.add / 2 ** 30), Math.max(w.sum, 34), coding.shift];
  const widths = [coding.bits, stepBits, mantissa, w.denominator, reciprocal, w.quotient, drop];
  return {
    function: 'softmax',
    headers: ['arithmetic.hpp', 'elementwise.hpp', 'softmax.hpp'],
    args: [pixels, channels, method === 'online' ? 1 : 0, ...code, ...widths],
    arrays: [{ name: 'mantissas', type: cppInt(mantissa, false), dims: [data.length], data, partition: [] }],
  };
}
