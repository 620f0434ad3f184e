import { sizeOf } from '../../ir/ops/experts/mixture.ts';
import { bitLength, toBits } from '../../num/elem.ts';
import type { HlsBinding, KernelContext, MemoryFile, VerilogBinding } from '../kernel.ts';
import { cppType, MAC_FILES, macParams } from '../mac.ts';
import { packWord } from '../memory.ts';
import { type Ctx, type ExpertsKernelAttrs, foldsOf, layoutOf, mixture, widthsOf } from './sizes.ts';

type Full = KernelContext<ExpertsKernelAttrs>;

const FILES = [
  ...MAC_FILES.filter((f) => !f.endsWith('_rom.v')),
  'sluice_requantise_lane.v',
  ...['delay', 'store', 'queues', 'loader', 'fill', 'gate', 'sums', 'up', 'down'].map((f) => `sluice_experts_${f}.v`),
  'sluice_experts.v',
];

/** The activation's ROM: addressed by the low bits of a code, which tell all codes from lo to hi apart. */
function activation(ctx: Ctx): { readonly index: number; readonly rom: MemoryFile | undefined } {
  const { table, lo, hi } = mixture(ctx);
  const { hidden } = widthsOf(ctx);
  const index = Math.max(1, bitLength(hi - lo));
  if (!table) return { index, rom: undefined };
  const words = Array.from({ length: 2 ** index }, () => packWord([0], hidden.bits));
  for (let c = lo; c <= hi; c++) {
    words[((c % 2 ** index) + 2 ** index) % 2 ** index] = packWord(
      [toBits(hidden, table.data[c - lo] as number)],
      hidden.bits,
    );
  }
  return { index, rom: { param: 'TABLE_FILE', width: hidden.bits, words } };
}

export function expertsVerilog(ctx: Full): VerilogBinding {
  const { tokens, k, PE, SIMD, beat, fraction } = ctx.attrs;
  const m = mixture(ctx);
  const { experts, width, hidden } = sizeOf(m);
  const w = widthsOf(ctx);
  const { up, down, burst } = layoutOf(ctx);
  const x = ctx.inputs[0]?.elem ?? { kind: 'int', bits: 1 };
  const first = macParams(x, m.up, w.up.acc, w.up.dsp);
  const second = macParams(w.hidden, m.down, w.down.acc, w.down.dsp);
  const { index, rom } = activation(ctx);
  return {
    module: 'sluice_experts',
    files: FILES,
    params: {
      TOKENS: tokens,
      K: k,
      EXPERTS: experts,
      WIDTH: width,
      HIDDEN: hidden,
      PE,
      SIMD,
      X_KIND: first['X_KIND'] ?? 0,
      X_BITS: x.bits,
      UP_KIND: first['W_KIND'] ?? 0,
      UP_BITS: m.up.elem.bits,
      UP_DSP: w.up.dsp ? 1 : 0,
      UP_ACC: w.up.acc,
      MUL_W: w.mul,
      ADD_W: w.add,
      SCALED_W: w.sum,
      SHIFT: m.shift,
      TIES_EVEN: m.ties === 'even' ? 1 : 0,
      LO: m.lo,
      HI: m.hi,
      CODE_BITS: w.code,
      TABLE: rom ? 1 : 0,
      INDEX_W: index,
      H_KIND: second['X_KIND'] ?? 0,
      H_BITS: w.hidden.bits,
      DOWN_KIND: second['W_KIND'] ?? 0,
      DOWN_BITS: m.down.elem.bits,
      DOWN_DSP: w.down.dsp ? 1 : 0,
      DOWN_ACC: w.down.acc,
      BIASES: m.bias ? 1 : 0,
      BIAS_W: w.bias,
      BIASED_W: w.biased,
      ROUTE_W: ctx.inputs[1]?.elem.bits ?? 1,
      GATE_W: fraction + 1,
      OUT_BITS: ctx.outputs[0]?.elem.bits ?? 1,
      BEAT_W: beat,
      BURST: burst,
      UP_BEATS: up.beats,
      DOWN_BEATS: down.beats,
      UP_SPAN: up.span,
      DOWN_SPAN: down.span,
    },
    memories: rom ? [rom] : [],
    base: 'BASE',
  };
}

/**
 * `experts<…, TOKENS, K, EXPERTS, WIDTH, HIDDEN, PE, GATE_W, TW1, ACC1, MUL_W, ADD_W, SUM_W, SHIFT, TIES_EVEN, LO, HI,
 * CODES, TH, TW2, ACC2, BIASES, BIAS_W, BEAT, UP_SPAN, DOWN_SPAN>(x, routes, out, table, memory)`
 */
export function expertsHls(ctx: Full): HlsBinding {
  const { tokens, k, PE, beat, fraction } = ctx.attrs;
  const m = mixture(ctx);
  const w = widthsOf(ctx);
  const { up, down } = layoutOf(ctx);
  const { experts, width, hidden } = foldsOf(ctx);
  const codes = m.table ? m.hi - m.lo + 1 : 0;
  return {
    function: 'experts',
    headers: ['mvu.hpp', 'elementwise.hpp', 'experts.hpp'],
    args: [
      ...[tokens, k, experts, width, hidden, PE, fraction + 1, cppType(m.up.elem), w.up.acc, w.mul, w.add, w.sum],
      ...[m.shift, m.ties === 'even' ? 1 : 0, m.lo, m.hi, codes, cppType(w.hidden), cppType(m.down.elem), w.down.acc],
      ...[m.bias ? 1 : 0, w.bias, beat, up.span, down.span],
    ],
    arrays: [
      {
        name: 'activation',
        type: cppType(w.hidden),
        dims: [Math.max(1, codes)],
        data: m.table ? m.table.data : [0],
        partition: [],
      },
    ],
  };
}
