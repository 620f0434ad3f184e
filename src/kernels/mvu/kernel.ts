import { Type } from 'typebox';
import type { Const } from '../../ir/graph.ts';
import type { OpContext } from '../../ir/op.ts';
import { dense } from '../../ir/ops/dense/op.ts';
import { spreadBounds } from '../../ir/ops/rows.ts';
import type { ElemType } from '../../num/elem.ts';
import { type IntTensor, numel, reshape } from '../../num/tensor.ts';
import { calibrated } from '../cost-model.ts';
import { slotModel } from '../cycles.ts';
import { divisors } from '../divisors.ts';
import { defineKernel, type KernelContext } from '../kernel.ts';
import {
  cppType,
  factorProblems,
  type Join,
  joinOf,
  MAC_FILES,
  type Mult,
  macLatency,
  macParams,
  multSchema,
  multVariants,
  usesDsp,
  type WeightWords,
  weightArray,
  weightHex,
} from '../mac.ts';
import { macTerms } from '../mac-cost.ts';
import { CALIBRATION } from './calibration.ts';

/** `MH` rows in all, `MW` columns of one group, `vectors` per frame. */
export type MvuAttrs = {
  readonly MW: number;
  readonly MH: number;
  readonly groups: number;
  readonly vectors: number;
  readonly PE: number;
  readonly SIMD: number;
  readonly mult: Mult;
};

const count = Type.Integer({ minimum: 1 });
const elemOf = (ctx: OpContext<MvuAttrs>): ElemType => ctx.inputs[0]?.elem as ElemType;
const weightOf = (ctx: OpContext<MvuAttrs>): Const => ctx.consts['weight'] as Const;
const accBits = (ctx: KernelContext<MvuAttrs>): number => ctx.outputs[0]?.elem.bits ?? 1;
const rowsPerGroup = (a: MvuAttrs): number => a.MH / a.groups;
const dspOf = (ctx: OpContext<MvuAttrs>): boolean => usesDsp(ctx.attrs.mult, elemOf(ctx), weightOf(ctx));
const join = (ctx: OpContext<MvuAttrs>): Join =>
  joinOf(dspOf(ctx), elemOf(ctx), weightOf(ctx).elem, ctx.attrs.PE, ctx.attrs.SIMD);

/** Column folds per row, and row folds per group. */
const folds = (a: MvuAttrs): { sf: number; nf: number } => ({ sf: a.MW / a.SIMD, nf: rowsPerGroup(a) / a.PE });

/** Word (group, row fold, column fold), the innermost last: `PE` rows by `SIMD` columns. */
function words(a: MvuAttrs): WeightWords {
  const { sf, nf } = folds(a);
  return {
    pe: a.PE,
    simd: a.SIMD,
    depth: a.groups * nf * sf,
    index: (word, p, s) => (Math.floor(word / sf) * a.PE + p) * a.MW + (word % sf) * a.SIMD + s,
  };
}

/** The tensor op on the same data: one axis of vectors, one of columns. */
const denseContext = (ctx: OpContext<MvuAttrs>): OpContext<{ readonly groups: number }> => ({
  attrs: { groups: ctx.attrs.groups },
  inputs: ctx.inputs.map((x) => ({ ...x, shape: [ctx.attrs.vectors, ctx.attrs.groups * ctx.attrs.MW] })),
  consts: ctx.consts,
});

/**
 * Matrix-vector unit: `PE` rows by `SIMD` columns per cycle. Takes each vector once and replays it for the other row
 * folds; weights are on chip. A vector takes `groups · (MH/groups/PE) · (MW/SIMD)` cycles, without a gap.
 */
export const mvu = defineKernel<MvuAttrs>({
  kind: 'mvu',
  summary: 'Matrix-vector unit: a constant matrix times each vector, PE rows by SIMD columns per cycle.',
  attrs: Type.Object(
    { MW: count, MH: count, groups: count, vectors: count, PE: count, SIMD: count, mult: multSchema },
    { additionalProperties: false },
  ),
  inputs: 1,
  outputs: () => 1,
  consts: { required: ['weight'], optional: [] },
  check: (ctx) => {
    const a = ctx.attrs;
    const size = numel(ctx.inputs[0]?.shape ?? []);
    const [m = 0, k = 0] = weightOf(ctx).shape;
    const problems = factorProblems(elemOf(ctx), weightOf(ctx).elem);
    if (a.MH % a.groups !== 0) problems.push(`groups=${a.groups} does not divide MH=${a.MH}`);
    else if (rowsPerGroup(a) % a.PE !== 0) problems.push(explainPE(a, a.PE));
    if (a.MW % a.SIMD !== 0) problems.push(explainSIMD(a, a.SIMD));
    if (m !== a.MH || k !== a.MW) problems.push(`weights of [${m}, ${k}] are not MH=${a.MH} by MW=${a.MW}`);
    if (size !== a.vectors * a.groups * a.MW)
      problems.push(`an input of ${size} elements is not vectors=${a.vectors} of ${a.groups}·${a.MW}`);
    return problems;
  },
  shapes: ({ attrs }) => [[attrs.vectors * attrs.MH]],
  bounds: (ctx, [x = []]) => dense.bounds(denseContext(ctx), [spreadBounds(x, ctx.attrs.groups * ctx.attrs.MW)]),
  reference: (ctx, [x], types) => {
    const { vectors, groups, MW, MH } = ctx.attrs;
    const outputs = types.map((t) => ({ ...t, shape: [vectors, MH] }));
    const [y] = dense.reference(denseContext(ctx), [reshape(x as IntTensor, [vectors, groups * MW])], outputs);
    return [reshape(y as IntTensor, [vectors * MH])];
  },
  lanes: ({ attrs }) => [attrs.PE],
  inputLanes: ({ attrs }) => [attrs.SIMD],
  folding: {
    knobs: ['SIMD', 'PE'],
    legal: (knob, { attrs }) => divisors(knob === 'PE' ? rowsPerGroup(attrs) : attrs.MW),
    explain: (knob, value, { attrs }) => (knob === 'PE' ? explainPE(attrs, value) : explainSIMD(attrs, value)),
  },
  variants: (ctx) => multVariants(ctx.attrs.mult, elemOf(ctx), weightOf(ctx)),
  busy: ({ attrs }) => attrs.vectors * words(attrs).depth,
  cycles: (ctx) => {
    const { sf, nf } = folds(ctx.attrs);
    const slot = (i: number) => ({ reads: i < sf ? 1 : 0, writes: i % sf === sf - 1 });
    return slotModel(nf * sf, slot, macLatency(ctx.attrs.SIMD, dspOf(ctx) && join(ctx) !== 2));
  },
  ...calibrated<MvuAttrs>((ctx, fabric) => {
    const { PE, SIMD, mult } = ctx.attrs;
    const { sf, nf } = folds(ctx.attrs);
    return macTerms(
      {
        x: elemOf(ctx),
        w: weightOf(ctx),
        accBits: accBits(ctx),
        mult,
        join: join(ctx),
        pe: PE,
        simd: SIMD,
        depth: words(ctx.attrs).depth,
        bufferDepth: nf > 1 ? sf : 0,
        lanes: SIMD,
      },
      fabric,
    );
  }, CALIBRATION),
  verilog: (ctx) => {
    const { MW, MH, groups, PE, SIMD } = ctx.attrs;
    const w = weightOf(ctx);
    const product = macParams(elemOf(ctx), w, accBits(ctx), dspOf(ctx));
    return {
      module: 'sluice_mvu',
      files: [...MAC_FILES, 'sluice_mvu_twin.v', 'sluice_mvu_pair.v', 'sluice_mvu.v'],
      params: { MW, MH, GROUPS: groups, PE, SIMD, ...product, JOIN: join(ctx) },
      memories: [{ param: 'WEIGHTS', width: PE * SIMD * w.elem.bits, words: weightHex(w, words(ctx.attrs)) }],
    };
  },
  hls: (ctx) => {
    const { MW, MH, groups, vectors, PE, SIMD } = ctx.attrs;
    const layout = words(ctx.attrs);
    const w = weightOf(ctx);
    return {
      function: 'mvu',
      headers: ['mvu.hpp'],
      args: [MW, MH, groups, vectors],
      arrays: [
        {
          name: 'weights',
          type: cppType(w.elem),
          dims: [PE, layout.depth, SIMD],
          data: weightArray(w, layout),
          partition: [1, 3],
        },
      ],
    };
  },
  implements: {
    op: 'dense',
    attrs: (node, inputs, outputs) => {
      const groups = Number(node.attrs['groups']);
      const MH = outputs[0]?.shape.at(-1) ?? 1;
      const K = inputs[0]?.shape.at(-1) ?? 1;
      return { MW: K / groups, MH, groups, vectors: numel(inputs[0]?.shape ?? []) / K, PE: 1, SIMD: 1, mult: 'auto' };
    },
  },
});

const explainSIMD = (a: MvuAttrs, value: number): string => `SIMD=${value} does not divide MW=${a.MW}`;

const explainPE = (a: MvuAttrs, value: number): string =>
  a.groups === 1
    ? `PE=${value} does not divide MH=${a.MH}`
    : `PE=${value} does not divide MH/groups=${rowsPerGroup(a)} (MH=${a.MH}, groups=${a.groups})`;
