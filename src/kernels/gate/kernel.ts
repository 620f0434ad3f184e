import { Type } from 'typebox';
import type { Const } from '../../ir/graph.ts';
import type { OpContext } from '../../ir/op.ts';
import { gateBounds, gateProduct } from '../../ir/ops/gate/bank.ts';
import type { ElemType } from '../../num/elem.ts';
import { allocate, type IntTensor, numel } from '../../num/tensor.ts';
import { lanesOf } from '../axis.ts';
import { slotModel } from '../cycles.ts';
import { divisors } from '../divisors.ts';
import { defineKernel, type KernelContext } from '../kernel.ts';
import {
  cppType,
  factorProblems,
  MAC_FILES,
  type Mult,
  macLatency,
  macParams,
  multSchema,
  usesDsp,
  type WeightWords,
  weightArray,
  weightHex,
} from '../mac.ts';
import { macCost } from '../mac-cost.ts';

/** Matrices of MH rows and MW columns, one per task; `vectors` per frame. */
export type GateKernelAttrs = {
  readonly MW: number;
  readonly MH: number;
  readonly vectors: number;
  readonly PE: number;
  readonly SIMD: number;
  readonly mult: Mult;
};

type Ctx = OpContext<GateKernelAttrs>;

const count = Type.Integer({ minimum: 1 });
const elemOf = (ctx: Ctx): ElemType => ctx.inputs[0]?.elem ?? { kind: 'int', bits: 1 };
const weightOf = (ctx: Ctx): Const => ctx.consts['weight'] as Const;
const accBits = (ctx: KernelContext<GateKernelAttrs>): number => ctx.outputs[0]?.elem.bits ?? 1;
const tasksOf = (ctx: Ctx): number => weightOf(ctx).shape[0] ?? 1;
const dspOf = (ctx: Ctx): boolean => usesDsp(ctx.attrs.mult, elemOf(ctx), weightOf(ctx));

/** Column folds per row, and row folds. */
const folds = (a: GateKernelAttrs): { sf: number; nf: number } => ({ sf: a.MW / a.SIMD, nf: a.MH / a.PE });

/** Word (task, row fold, column fold), the innermost last: `PE` rows by `SIMD` columns. */
function words(ctx: Ctx): WeightWords {
  const a = ctx.attrs;
  const { sf, nf } = folds(a);
  return {
    pe: a.PE,
    simd: a.SIMD,
    depth: tasksOf(ctx) * nf * sf,
    index: (word, p, s) => (Math.floor(word / sf) * a.PE + p) * a.MW + (word % sf) * a.SIMD + s,
  };
}

const explain = (knob: string, value: number, { MH, MW }: GateKernelAttrs): string =>
  knob === 'PE' ? `PE=${value} does not divide MH=${MH}` : `SIMD=${value} does not divide MW=${MW}`;

/** The MVU with a bank of weights per task: the task comes with the frame's first beat, so that switching costs nothing. */
export const gate = defineKernel<GateKernelAttrs>({
  kind: 'gate',
  summary: "Matrix-vector unit with a bank of weights per task, chosen by the frame's task.",
  attrs: Type.Object(
    { MW: count, MH: count, vectors: count, PE: count, SIMD: count, mult: multSchema },
    { additionalProperties: false },
  ),
  inputs: 2,
  outputs: () => 1,
  consts: { required: ['weight'], optional: [] },
  check: (ctx) => {
    const { MW, MH, vectors, PE, SIMD } = ctx.attrs;
    const [x, task] = ctx.inputs;
    const { shape, elem } = weightOf(ctx);
    const problems = factorProblems(elemOf(ctx), elem);
    if (shape.length !== 3 || shape[1] !== MH || shape[2] !== MW)
      problems.push(`weights of [${shape}] are not [tasks, ${MH}, ${MW}]`);
    if (MH % PE !== 0) problems.push(explain('PE', PE, ctx.attrs));
    if (MW % SIMD !== 0) problems.push(explain('SIMD', SIMD, ctx.attrs));
    if (numel(x?.shape ?? []) !== vectors * MW)
      problems.push(`an input of ${numel(x?.shape ?? [])} elements is not ${vectors} vectors of ${MW}`);
    if (x && lanesOf(x) !== SIMD) problems.push(`input has ${lanesOf(x)} lanes, not SIMD=${SIMD}`);
    if (numel(task?.shape ?? []) !== 1 || task?.elem.kind !== 'uint')
      problems.push('the task is one unsigned number per frame');
    return problems;
  },
  shapes: ({ attrs }) => [[attrs.vectors * attrs.MH]],
  bounds: (ctx, [x = []]) => [gateBounds(weightOf(ctx), x)],
  reference: (ctx, [x, task], [type]) => {
    const y = allocate(ctx.attrs.vectors * ctx.attrs.MH, type?.elem ?? { kind: 'int', bits: 53 });
    gateProduct(weightOf(ctx), (x as IntTensor).data, (task as IntTensor).data[0] as number, y);
    return [{ shape: [y.length], data: y }];
  },
  lanes: ({ attrs }) => [attrs.PE],
  inputLanes: ({ attrs }) => [attrs.SIMD, 1],
  folding: {
    knobs: ['SIMD', 'PE'],
    legal: (knob, { attrs }) => divisors(knob === 'PE' ? attrs.MH : attrs.MW),
    explain: (knob, value, { attrs }) => explain(knob, value, attrs),
  },
  busy: ({ attrs }) => attrs.vectors * folds(attrs).sf * folds(attrs).nf,
  cycles: (ctx) => {
    const { sf, nf } = folds(ctx.attrs);
    const per = sf * nf;
    const slot = (i: number) => ({
      reads: (i % per < sf ? 1 : 0) | (i === 0 ? 2 : 0),
      writes: i % sf === sf - 1,
    });
    return slotModel(ctx.attrs.vectors * per, slot, macLatency(ctx.attrs.SIMD, dspOf(ctx)));
  },
  cost: (ctx) => {
    const { PE, SIMD, mult } = ctx.attrs;
    const { sf, nf } = folds(ctx.attrs);
    return macCost({
      x: elemOf(ctx),
      w: weightOf(ctx),
      accBits: accBits(ctx),
      mult,
      pe: PE,
      simd: SIMD,
      depth: words(ctx).depth,
      bufferDepth: nf > 1 ? sf : 0,
      lanes: SIMD,
    });
  },
  verilog: (ctx) => {
    const { vectors, MW, MH, PE, SIMD } = ctx.attrs;
    const w = weightOf(ctx);
    const product = macParams(elemOf(ctx), w, accBits(ctx), dspOf(ctx));
    return {
      module: 'sluice_gate',
      files: [...MAC_FILES, 'sluice_gate.v'],
      params: {
        TASKS: tasksOf(ctx),
        VECTORS: vectors,
        MW,
        MH,
        PE,
        SIMD,
        ...product,
        TASK_W: ctx.inputs[1]?.elem.bits ?? 1,
      },
      memories: [{ param: 'WEIGHTS', width: PE * SIMD * w.elem.bits, words: weightHex(w, words(ctx)) }],
    };
  },
  // gate<…, TASKS, MW, MH, VECTORS>(x, task, out, weights[PE][words][SIMD])
  hls: (ctx) => {
    const { MW, MH, vectors, PE, SIMD } = ctx.attrs;
    const layout = words(ctx);
    const w = weightOf(ctx);
    return {
      function: 'gate',
      headers: ['mvu.hpp', 'gate.hpp'],
      args: [tasksOf(ctx), MW, MH, vectors],
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
    op: 'gate',
    attrs: (_node, [x], [y]) => {
      const MW = x?.shape.at(-1) ?? 1;
      const MH = y?.shape.at(-1) ?? 1;
      return { MW, MH, vectors: numel(x?.shape ?? []) / MW, PE: 1, SIMD: 1, mult: 'auto' };
    },
  },
});
