import type { GraphBuilder } from '../../ir/builder.ts';
import { CURVES, type CurveName } from '../../ir/ops/curve/functions.ts';
import { div, isInteger, mul, type Rational, sign, toNumber } from '../../num/rational.ts';
import type { OnnxNode } from './load.ts';
import { fractionFor, inUnits, powerOfTwo } from './real.ts';
import { type Affine, affine, identity, lastRounding, type Step, type Steps } from './steps.ts';

/** What of the import is needed here. */
interface Quantising {
  readonly builder: GraphBuilder;
  readonly quantise: (value: string, head: Steps, node: OnnxNode) => string;
}

/** Integers of at most this many bits have a table of all values. */
const TABLE_BITS = 12;

/** Bits by which the input of a curve is finer than its output, where its own grid does not fit. */
const INPUT_BITS = 4;
const UNBOUNDED = 2 ** 52;

const isCurve = (s: Step): boolean =>
  s.kind === 'function' && Object.hasOwn(CURVES, s.name) && CURVES[s.name as CurveName].valley;

/**
 * A function that falls before it rises, of integers too many for a table: a `curve` between what stands before it and
 * the quantiser behind. Undefined where the steps are no such thing. (What rises everywhere becomes thresholds.)
 */
export function curveFor(ctx: Quantising, value: string, head: Steps, node: OnnxNode): string | undefined {
  const at = head.findIndex(isCurve);
  const f = head[at];
  if (f?.kind !== 'function' || ctx.builder.type(value).elem.bits <= TABLE_BITS) return undefined;
  const [before, after] = [head.slice(0, at), head.slice(at + 1)];
  const [first = identity] = before;
  if (lastRounding(before) >= 0 || before.length > 1 || first.kind !== 'affine') return undefined;
  const fraction = fractionFor(after);
  const input = inputOf(ctx, value, first, fraction + INPUT_BITS, node);
  const result = ctx.builder.node({
    op: 'curve',
    name: node.name,
    attrs: { name: f.name, scale: toNumber(input.scale), fraction },
    inputs: [input.value],
    origin: [node.name],
  });
  return ctx.quantise(result, inUnits(fraction, after), node);
}

/** The argument as scale · integer: the integers as they are where their offsets are whole, else rounded to 2^-fraction. */
function inputOf(
  ctx: Quantising,
  value: string,
  { a, b }: Affine,
  fraction: number,
  node: OnnxNode,
): { readonly value: string; readonly scale: Rational } {
  const [scale] = a;
  if (scale && a.length === 1 && sign(scale) > 0) {
    const shifts = b.map((x) => div(x, scale));
    if (shifts.every((x) => sign(x) === 0)) return { value, scale };
    if (shifts.every(isInteger))
      return {
        value: ctx.quantise(
          value,
          [
            affine(
              [scale].map((x) => div(x, x)),
              shifts,
            ),
          ],
          node,
        ),
        scale,
      };
  }
  const unit = powerOfTwo(fraction);
  const grid = affine(
    a.map((x) => mul(x, unit)),
    b.map((x) => mul(x, unit)),
  );
  const round: Step = { kind: 'round', mode: 'ROUND', lo: -UNBOUNDED, hi: UNBOUNDED };
  return { value: ctx.quantise(value, [grid, round], node), scale: powerOfTwo(-fraction) };
}
