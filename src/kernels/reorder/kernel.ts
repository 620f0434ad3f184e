import { Type } from 'typebox';
import type { ValueType } from '../../ir/graph.ts';
import { applyReorder, reorderSchema } from '../../ir/ops/reorder/op.ts';
import { type Loop, permuteBounds, permuteProblems, type ReorderAttrs, walkOf } from '../../ir/ops/reorder/permute.ts';
import type { ElemType } from '../../num/elem.ts';
import { type IntTensor, numel } from '../../num/tensor.ts';
import { lanesOf } from '../axis.ts';
import { calibrated } from '../cost-model.ts';
import { divisors } from '../divisors.ts';
import { castParams } from '../elemcode.ts';
import { defineKernel, type KernelContext } from '../kernel.ts';
import { addressBits } from '../memory.ts';
import { ramTerms } from '../memory-terms.ts';
import { CALIBRATION } from './calibration.ts';
import { reorderModel } from './model.ts';

/** The permutation of the tensor op, and elements per beat. */
export type ReorderKernelAttrs = ReorderAttrs & { readonly PE: number };

/** Nested loops of the reader, after neighbouring axes were merged. */
const MAX_LOOPS = 6;

/** Several elements per beat only where the innermost axis stays where it is. */
function legalPe({ shape, perm }: ReorderAttrs): number[] {
  const inner = shape.length - 1;
  return perm[inner] === inner ? divisors(shape[inner] ?? 1) : [1];
}

const explainPe = (pe: number, { shape, perm }: ReorderAttrs): string =>
  perm[shape.length - 1] === shape.length - 1
    ? `PE=${pe} does not divide the innermost axis, ${shape.at(-1)}`
    : `PE=${pe} splits the innermost axis, which moves`;

const beatsOf = ({ shape, PE }: ReorderKernelAttrs): number => numel(shape) / PE;

/** The reader's walk through the beats of a frame, innermost loop first, padded with loops of one turn. */
function loopsOf({ shape, perm, PE }: ReorderKernelAttrs): Loop[] {
  const beats = shape.map((size, axis) => (axis === shape.length - 1 ? size / PE : size));
  const loops = walkOf({ shape: beats, perm }).reverse();
  while (loops.length < MAX_LOOPS) loops.push({ size: 1, stride: 0 });
  return loops;
}

/** What the address moves by when loop i steps and all inner loops start again. */
function jumpsOf(loops: readonly Loop[]): number[] {
  let back = 0;
  return loops.map(({ size, stride }) => {
    const jump = stride - back;
    back += (size - 1) * stride;
    return jump;
  });
}

const numbered = (name: string, values: readonly number[]): Record<string, number> =>
  Object.fromEntries(values.map((v, i) => [`${name}${i}`, v]));

/** Elements are held as they leave: that type may be the narrower one. */
const elems = ({ inputs, outputs }: KernelContext<ReorderKernelAttrs>): { from: ElemType; to: ElemType } => {
  const from = (inputs[0] as ValueType).elem;
  return { from, to: outputs[0]?.elem ?? from };
};

/** Permutes a frame through two banks of memory: one is written while the other is read. */
export const reorder = defineKernel<ReorderKernelAttrs>({
  kind: 'reorder',
  summary: 'Permutes each frame through a double buffer.',
  attrs: Type.Object({ ...reorderSchema, PE: Type.Integer({ minimum: 1 }) }, { additionalProperties: false }),
  inputs: 1,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: (ctx) => {
    const problems = permuteProblems(ctx.attrs, numel(ctx.inputs[0]?.shape ?? []));
    const { PE } = ctx.attrs;
    for (const lanes of ctx.inputs.map(lanesOf)) {
      if (lanes !== PE) problems.push(`input has ${lanes} lanes, not PE=${PE}`);
    }
    if (problems.length > 0) return problems;
    if (!legalPe(ctx.attrs).includes(PE)) return [explainPe(PE, ctx.attrs)];
    const loops = walkOf(ctx.attrs).length;
    return loops > MAX_LOOPS ? [`the permutation needs ${loops} nested loops, more than ${MAX_LOOPS}`] : [];
  },
  shapes: (ctx) => [ctx.inputs[0]?.shape ?? []],
  bounds: (ctx, [x = []]) => [permuteBounds(ctx.attrs, x)],
  reference: (ctx, [x], [type]) => {
    const { shape, data } = x as IntTensor;
    return [{ shape, data: applyReorder(ctx.attrs, data, type) }];
  },
  lanes: (ctx) => [ctx.attrs.PE],
  inputLanes: (ctx) => [ctx.attrs.PE],
  folding: {
    knobs: ['PE'],
    legal: (_knob, ctx) => legalPe(ctx.attrs),
    explain: (_knob, value, ctx) => explainPe(value, ctx.attrs),
  },
  busy: (ctx) => beatsOf(ctx.attrs),
  cycles: (ctx) => reorderModel(beatsOf(ctx.attrs)),
  ...calibrated<ReorderKernelAttrs>((ctx, fabric) => {
    const width = ctx.attrs.PE * elems(ctx).to.bits;
    const buffer = ramTerms(2 * beatsOf(ctx.attrs), width, fabric);
    const address = addressBits(2 * beatsOf(ctx.attrs));
    const loops = walkOf(ctx.attrs).length;
    return {
      lut: { buffer: buffer.lut, addresses: address, loops: address * loops, fixed: 1 },
      ff: { buffer: buffer.ff, addresses: address, loops: address * loops, fixed: 1 },
      dsp: 0,
      bram: buffer.bram,
    };
  }, CALIBRATION),
  verilog: (ctx) => {
    const loops = loopsOf(ctx.attrs);
    return {
      module: 'sluice_reorder',
      files: ['sluice_cast.v', 'sluice_reorder_walk.v', 'sluice_reorder.v'],
      params: {
        ...castParams(ctx.attrs.PE, elems(ctx).from, elems(ctx).to),
        BEATS: beatsOf(ctx.attrs),
        ...numbered(
          'N',
          loops.map((l) => l.size),
        ),
        ...numbered('J', jumpsOf(loops)),
      },
      memories: [],
    };
  },
  // reorder<…, BEATS, N0 … N5, S0 … S5>(in, out), innermost loop first
  hls: (ctx) => {
    const loops = loopsOf(ctx.attrs);
    return {
      function: 'reorder',
      headers: ['reorder.hpp'],
      args: [beatsOf(ctx.attrs), ...loops.map((l) => l.size), ...loops.map((l) => l.stride)],
      arrays: [],
    };
  },
  implements: { op: 'reorder', attrs: (node) => ({ ...node.attrs, PE: 1 }) },
});
