import { Type } from 'typebox';
import type { Attrs } from '../../ir/graph.ts';
import { hull, type OpContext } from '../../ir/op.ts';
import {
  applyMatmul,
  dotInterval,
  type MatmulAttrs,
  type MatmulSizes,
  matmulSchema,
  matmulSizes,
} from '../../ir/ops/matmul/heads.ts';
import type { ElemType } from '../../num/elem.ts';
import { allocate, type IntTensor, numel } from '../../num/tensor.ts';
import { lanesOf } from '../axis.ts';
import { KIND_CODE } from '../channelwise.ts';
import { divisors } from '../divisors.ts';
import { type Cost, defineKernel, type KernelContext } from '../kernel.ts';
import { anyOf, factorProblems, MAC_FILES, type Mult, macLatency, multSchema, usesDsp } from '../mac.ts';
import { addCosts, counterCost, memoryCost } from '../memcost.ts';
import { productCost } from '../product-cost.ts';
import { matmulModel } from './model.ts';

/** Sizes of one head; SIMD products of PE columns at a time. */
export type MatmulKernelAttrs = Attrs &
  MatmulAttrs &
  MatmulSizes & { readonly PE: number; readonly SIMD: number; readonly mult: Mult };
type Ctx = OpContext<MatmulKernelAttrs>;

const positive = Type.Integer({ minimum: 1 });
const elemOf = (ctx: Ctx, i: 0 | 1): ElemType => ctx.inputs[i]?.elem ?? { kind: 'int', bits: 1 };
const inDsp = (ctx: Ctx): boolean => usesDsp(ctx.attrs.mult, elemOf(ctx, 0), anyOf(elemOf(ctx, 1)));

/** The memory of one frame of the second operand: banks of words, filled `inner` words at a time. */
function storeOf({ H, K, M, PE, SIMD, transposeB }: MatmulKernelAttrs) {
  const [KF, MF] = [K / SIMD, M / PE];
  return transposeB
    ? { banks: PE, word: SIMD, inner: H * KF, words: MF * H * KF, k: 1, m: H * KF, h: KF }
    : { banks: SIMD, word: PE, inner: H * MF, words: KF * H * MF, k: H * MF, m: 1, h: MF };
}

const explain = (knob: string, value: number, { K, M }: MatmulKernelAttrs): string =>
  knob === 'SIMD'
    ? `SIMD=${value} does not divide the K=${K} products of a head`
    : `PE=${value} does not divide the M=${M} columns of a head`;

/** Product of two streams: the second operand in a double-buffered memory, the rows of the first pass by. */
export const matmul = defineKernel<MatmulKernelAttrs>({
  kind: 'matmul',
  summary: 'Product of two streamed matrices; the second is kept for a frame while the next one comes in.',
  attrs: Type.Object(
    {
      ...matmulSchema,
      H: positive,
      N: positive,
      K: positive,
      M: positive,
      PE: positive,
      SIMD: positive,
      mult: multSchema,
    },
    { additionalProperties: false },
  ),
  inputs: 2,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: (ctx) => {
    const { H, N, K, M, PE, SIMD } = ctx.attrs;
    const sizes = [N * H * K, M * H * K];
    const problems = ctx.inputs.flatMap((x, i) =>
      numel(x.shape) === sizes[i] ? [] : [`input ${i} has ${numel(x.shape)} elements, not ${sizes[i]}`],
    );
    if (K % SIMD !== 0) problems.push(explain('SIMD', SIMD, ctx.attrs));
    if (M % PE !== 0) problems.push(explain('PE', PE, ctx.attrs));
    const lanes = [SIMD, storeOf(ctx.attrs).word];
    ctx.inputs.forEach((x, i) => {
      if (lanesOf(x) !== lanes[i]) problems.push(`input ${i} has ${lanesOf(x)} lanes, not ${lanes[i]}`);
    });
    return [...problems, ...factorProblems(elemOf(ctx, 0), elemOf(ctx, 1))];
  },
  shapes: ({ attrs: { N, H, M } }) => [[N * H * M]],
  bounds: ({ attrs }, [a = [], b = []]) => [[dotInterval(hull(a), hull(b), attrs.K)]],
  reference: ({ attrs }, [a, b], [type]) => {
    const shape = type?.shape ?? [];
    const data = allocate(numel(shape), type?.elem ?? { kind: 'int', bits: 53 });
    applyMatmul(attrs, attrs.transposeB, (a as IntTensor).data, (b as IntTensor).data, data);
    return [{ shape, data }];
  },
  lanes: ({ attrs }) => [attrs.PE],
  inputLanes: ({ attrs }) => [attrs.SIMD, storeOf(attrs).word],
  folding: {
    knobs: ['SIMD', 'PE'],
    legal: (knob, { attrs }) => divisors(knob === 'SIMD' ? attrs.K : attrs.M),
    explain: (knob, value, { attrs }) => explain(knob, value, attrs),
  },
  // The product, or the second operand where it takes longer to come in.
  busy: ({ attrs }) => {
    const { H, N, K, M, PE, SIMD } = attrs;
    return Math.max((N * H * M * K) / (PE * SIMD), (M * H * K) / storeOf(attrs).word);
  },
  cycles: (ctx) => {
    const { H, N, K, M, PE, SIMD } = ctx.attrs;
    const beats = (M * H * K) / storeOf(ctx.attrs).word;
    const latency = macLatency(SIMD, inDsp(ctx) || SIMD === 1);
    return matmulModel({ KF: K / SIMD, MF: M / PE, turns: N * H, beats, latency });
  },
  cost: matmulCost,
  verilog: (ctx) => {
    const { H, N, K, M, PE, SIMD, transposeB } = ctx.attrs;
    const s = storeOf(ctx.attrs);
    const [KF, MF] = [K / SIMD, M / PE];
    const back = (KF - 1) * s.k;
    return {
      module: 'sluice_matmul',
      files: [...MAC_FILES, 'sluice_swg_count.v', 'sluice_matmul.v'],
      params: {
        PE,
        SIMD,
        ROWS: N,
        HEADS: H,
        KF,
        MF,
        BY_ROW: transposeB ? 1 : 0,
        BANKS: s.banks,
        WORD: s.word,
        INNER: s.inner,
        WORDS: s.words,
        JUMP_K: s.k,
        JUMP_M: s.m - back,
        JUMP_H: s.h - back - (MF - 1) * s.m,
        X_KIND: KIND_CODE[elemOf(ctx, 0).kind],
        X_BITS: elemOf(ctx, 0).bits,
        W_KIND: KIND_CODE[elemOf(ctx, 1).kind],
        W_BITS: elemOf(ctx, 1).bits,
        DSP: inDsp(ctx) ? 1 : 0,
        OUT_W: ctx.outputs[0]?.elem.bits ?? 1,
      },
      memories: [],
    };
  },
  // matmul<…, ROWS, HEADS, K, M, BY_ROW, SIMD>(in0, in1, out)
  hls: ({ attrs: { H, N, K, M, transposeB } }) => ({
    function: 'matmul',
    headers: ['mvu.hpp', 'matmul.hpp'],
    args: [N, H, K, M, transposeB ? 1 : 0],
    arrays: [],
  }),
  implements: {
    op: 'matmul',
    attrs: (node, [a, b]) => {
      const { heads, transposeB } = node.attrs as MatmulAttrs;
      const sizes = matmulSizes({ heads, transposeB }, a?.shape ?? [], b?.shape ?? []);
      const { H, N, K, M } = typeof sizes === 'string' ? { H: 1, N: 1, K: 1, M: 1 } : sizes;
      return { heads, transposeB, H, N, K, M, PE: 1, SIMD: 1, mult: 'auto' };
    },
  },
});

function matmulCost(ctx: KernelContext<MatmulKernelAttrs>): Cost {
  const { PE, SIMD, K } = ctx.attrs;
  const s = storeOf(ctx.attrs);
  const [x, w] = [elemOf(ctx, 0).bits, elemOf(ctx, 1).bits];
  const acc = ctx.outputs[0]?.elem.bits ?? 1;
  const product: Cost = inDsp(ctx)
    ? productCost(x + 1, w + 1)
    : { lut: (x + 1) * (w + 1) * 0.6, ff: x + w, dsp: 0, bram: 0 };
  const lane = addCosts(...Array.from({ length: SIMD }, () => product), {
    lut: SIMD * acc,
    ff: (SIMD / 2 + 1) * acc,
    dsp: 0,
    bram: 0,
  });
  return addCosts(
    ...Array.from({ length: PE }, () => lane),
    ...Array.from({ length: s.banks }, () => memoryCost(2 * s.words, s.word * w)),
    memoryCost(K / SIMD, SIMD * x),
    ...[s.inner, s.words, s.words, s.words].map(counterCost),
    { lut: 12, ff: 10, dsp: 0, bram: 0 },
  );
}
