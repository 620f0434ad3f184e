import { Type } from 'typebox';
import { type ElemType, elemRange, type Interval } from '../../../num/elem.ts';
import { halfUp } from '../../../num/rounding.ts';
import { allocate, type IntTensor, numel } from '../../../num/tensor.ts';
import type { Const } from '../../graph.ts';
import { defineOp, type OpContext } from '../../op.ts';
import { designProblems, type RealAttrs, realSchema } from '../real.ts';
import { designCurve, probesOf } from './design.ts';
import { CURVES, type CurveName, curveFunction } from './functions.ts';
import { applyCurve, type CurveDesign, curveDesignSchema, curveProblems } from './segments.ts';

/** `name`: the real function f; the ideal result is 2^F · f(scale · x), rounded once. `design`: its integers. */
export type CurveAttrs = RealAttrs & { readonly name: CurveName; readonly design?: CurveDesign };

type Ctx = OpContext<CurveAttrs>;

const ANY: ElemType = { kind: 'int', bits: 2 };

/** The rounded real function on integers. */
function idealOf({ name, scale, fraction }: CurveAttrs): (x: number) => number {
  const f = curveFunction(name);
  const one = 2 ** fraction;
  return (x) => halfUp(one * f(scale * x));
}

/**
 * Everything that the element type allows, not only what can arrive: a designed curve, which may be a unit off, is
 * clamped to it.
 */
function idealRange(ctx: Ctx): Interval {
  const y = idealOf(ctx.attrs);
  const { lo, hi } = elemRange(ctx.inputs[0]?.elem ?? ANY);
  if (!CURVES[ctx.attrs.name].valley) return { lo: y(lo), hi: y(hi) };
  return { lo: Math.min(0, y(lowest(ctx, lo, hi))), hi: Math.max(y(lo), y(hi), 0) };
}

/** The integer at which a function that falls before it rises is lowest. */
function lowest({ attrs: { name, scale } }: Ctx, lo: number, hi: number): number {
  const f = curveFunction(name);
  let [a, b] = [lo, Math.min(hi, 0)];
  while (b - a > 2) {
    const third = Math.floor((b - a) / 3);
    // Far out the function underflows to one value: the valley is nearer to zero.
    if (f(scale * (a + third)) >= f(scale * (b - third))) a += third;
    else b -= third;
  }
  let best = a;
  for (let x = a; x <= b; x++) if (f(scale * x) < f(scale * best)) best = x;
  return best;
}

const rangeOf = (ctx: Ctx): Interval => {
  const { design } = ctx.attrs;
  return design ? { lo: design.lo, hi: design.hi } : idealRange(ctx);
};

function functionOf({ attrs, consts }: Ctx): (x: number) => number {
  const { design } = attrs;
  const table = (consts['table'] as Const | undefined)?.data;
  return design && table ? (x) => applyCurve(design, table, x) : idealOf(attrs);
}

/** A smooth real function of each element: `y = round(2^F · f(scale · x))`. */
export const curve = defineOp<CurveAttrs>({
  kind: 'curve',
  summary: 'A smooth real function of each element, such as GELU: for inputs too wide for a table of all values.',
  attrs: Type.Object(
    {
      name: Type.Union(Object.keys(CURVES).map((name) => Type.Literal(name))),
      ...realSchema,
      design: Type.Optional(curveDesignSchema),
    },
    { additionalProperties: false },
  ),
  batch: 'leading',
  inputs: 1,
  outputs: () => 1,
  consts: { required: [], optional: ['table'] },
  check: (ctx) => {
    const { lo, hi } = idealRange(ctx);
    const widest = Math.max(-lo, hi);
    const problems = designProblems(ctx, ctx.attrs.design, ['table']);
    if (!(widest < 2 ** 31)) problems.push(`${ctx.attrs.name} reaches ${widest.toPrecision(3)}, more than 32 bits`);
    const { design } = ctx.attrs;
    const table = ctx.consts['table'];
    if (!design || !table) return problems;
    return [...problems, ...curveProblems(design, table.data, elemRange(ctx.inputs[0]?.elem ?? ANY))];
  },
  shapes: (ctx) => [ctx.inputs[0]?.shape ?? []],
  bounds: (ctx) => [[rangeOf(ctx)]],
  reference: (ctx, [x], [type]) => {
    const { shape, data } = x as IntTensor;
    const y = allocate(numel(shape), type?.elem ?? { kind: 'int', bits: 53 });
    const f = functionOf(ctx);
    for (let i = 0; i < y.length; i++) y[i] = f(data[i] as number);
    return [{ shape, data: y }];
  },
  design: (ctx, { lsb }) => {
    const { design: _done, ...ideal } = ctx.attrs;
    if (_done) return undefined;
    const x = elemRange(ctx.inputs[0]?.elem ?? ANY);
    const found = designCurve({ ...ideal, x, y: idealRange(ctx) }, lsb);
    if (!found) return `no table of up to 16384 entries comes within ${lsb} output units of it`;
    const { design, table } = found;
    return {
      attrs: { ...ideal, design },
      consts: { table },
      note: `${noteOf(design)}: ${table.data.length} entries of ${table.elem.bits} bits`,
      probes: () => chunks(probesOf(x)),
    };
  },
});

const noteOf = ({ segment, slope }: CurveDesign): string =>
  `${segment === 0 ? 'a value for every input' : `straight segments of ${2 ** segment} inputs`}${slope === 0 ? '' : ' beside a ramp'}`;

const CHUNK = 2 ** 16;

function* chunks(values: Float64Array): Iterable<readonly IntTensor[]> {
  for (let i = 0; i < values.length; i += CHUNK) {
    const data = values.slice(i, i + CHUNK);
    yield [{ shape: [data.length], data }];
  }
}
