import { queryAt, stepsOf } from '../../ir/ops/attention/rota.ts';
import { attends, dotRange } from '../../ir/ops/scores/codes.ts';
import type { ElemType } from '../../num/elem.ts';
import { KIND_CODE } from '../channelwise.ts';
import type { HlsArray, HlsBinding, KernelContext, MemoryFile, VerilogBinding } from '../kernel.ts';
import { MAC_FILES } from '../mac.ts';
import { signedBits } from '../widths.ts';
import { keyElem, queryElem, type ScoresContext, type ScoresKernelAttrs, scoresDsp, scoringOf } from './attrs.ts';

/** Bits of the datapath behind the products, all signed. */
export interface ScoreWidths {
  readonly dot: number;
  readonly mul: number;
  readonly add: number;
  readonly sum: number;
}

export function scoreWidths(ctx: ScoresContext): ScoreWidths {
  const { mul, add, shift, columns } = ctx.attrs;
  const dot = dotRange(columns, queryElem(ctx), keyElem(ctx));
  const sum = { lo: dot.lo * mul + add, hi: dot.hi * mul + add };
  return {
    dot: signedBits(dot),
    mul: signedBits({ lo: 0, hi: mul }),
    add: signedBits({ lo: Math.min(0, add), hi: add }),
    sum: Math.max(shift + 1, signedBits(sum)),
  };
}

/** One bit per slot for each step: whether it has a query that attends to the step's key. */
function maskRows(ctx: ScoresContext): boolean[][] {
  const s = scoringOf(ctx);
  return Array.from({ length: stepsOf(s) }, (_, step) =>
    Array.from({ length: s.slots }, (_s, slot) => {
      const query = queryAt(s, step, slot);
      return query >= 0 && attends(s, query, step % s.keys);
    }),
  );
}

/** Slots from the least significant bit on. */
function hexWord(bits: readonly boolean[]): string {
  const digits = Array.from({ length: Math.ceil(bits.length / 4) }, (_, d) =>
    [0, 1, 2, 3].reduce((n, b) => n + (bits[4 * d + b] ? 2 ** b : 0), 0).toString(16),
  );
  return digits.reverse().join('');
}

const factor = (name: string, e: ElemType): { readonly [param: string]: number } => ({
  [`${name}_KIND`]: KIND_CODE[e.kind],
  [`${name}_BITS`]: e.bits,
});

export function scoresVerilog(ctx: KernelContext<ScoresKernelAttrs>): VerilogBinding {
  const a = ctx.attrs;
  const w = scoreWidths(ctx);
  const masked = ctx.consts['mask'] !== undefined;
  const memory = (): MemoryFile => ({ param: 'MASK', width: a.slots, words: maskRows(ctx).map(hexWord) });
  return {
    module: 'sluice_scores',
    files: [...MAC_FILES, 'sluice_requantise_lane.v', 'sluice_rota.v', 'sluice_scores.v'],
    params: {
      QUERIES: a.queries,
      KEYS: a.keys,
      SLOTS: a.slots,
      STEPS: stepsOf(a),
      HEADS: a.heads,
      COLUMNS: a.columns,
      SIMD: a.SIMD,
      CAUSAL: a.causal ? 1 : 0,
      MASKED: masked ? 1 : 0,
      ...factor('Q', queryElem(ctx)),
      ...factor('K', keyElem(ctx)),
      DSP: scoresDsp(ctx) ? 1 : 0,
      ACC_BITS: w.dot,
      MUL: a.mul,
      MUL_W: w.mul,
      ADD: a.add,
      ADD_W: w.add,
      SUM_W: w.sum,
      SHIFT: a.shift,
      OUT_BITS: ctx.outputs[0]?.elem.bits ?? a.bits,
    },
    memories: masked ? [memory()] : [],
  };
}

/** `scores<…, QUERIES, KEYS, SLOTS, STEPS, HEADS, COLUMNS, CAUSAL, MASKED, DOT_W, PRODUCT_W, SUM_W, SHIFT>(q, k, out, scale[2], mask)`; a mask of one element where there is none. */
export function scoresHls(ctx: KernelContext<ScoresKernelAttrs>): HlsBinding {
  const a = ctx.attrs;
  const w = scoreWidths(ctx);
  const mask = ctx.consts['mask'];
  const bits = Math.max(w.mul, w.add);
  const scale: HlsArray = { name: 'scale', type: `ap_int<${bits}>`, dims: [2], data: [a.mul, a.add], partition: [1] };
  const masks: HlsArray = {
    name: 'mask',
    type: 'ap_uint<1>',
    dims: mask ? [a.queries, a.keys] : [1, 1],
    data: mask?.data ?? [1],
    partition: [],
  };
  return {
    function: 'scores',
    headers: ['mvu.hpp', 'rota.hpp', 'scores.hpp'],
    args: [
      a.queries,
      a.keys,
      stepsOf(a),
      a.heads,
      a.columns,
      a.causal ? 1 : 0,
      mask ? 1 : 0,
      w.dot,
      w.dot + bits,
      w.sum,
      a.shift,
    ],
    arrays: [scale, masks],
  };
}
