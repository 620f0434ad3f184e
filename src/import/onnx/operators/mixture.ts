/**
 * Mixtures of experts as exporters write them: all experts on all tokens, times gates that are zero but for the k largest
 * of a softmax, summed. What is imported computes the chosen experts alone.
 */
import { mixtureNote } from '../../../diag/messages-import.ts';
import { numberAttr } from '../../../host/op.ts';
import { axisOf } from '../../../host/tensor.ts';
import { constant } from '../../../ir/builder.ts';
import { elemFor } from '../../../num/elem.ts';
import { div, equals, isInteger, mul, ONE, type Rational, sign, toNumber } from '../../../num/rational.ts';
import { allocate, type IntArray, valueRange } from '../../../num/tensor.ts';
import { requantisationOf, tableOf } from '../hidden.ts';
import { exponentOf, type originOf, powerOfTwo, realStream } from '../real.ts';
import { lastRounding, linearForm, type Steps, scaleBy, toScalarStep } from '../steps.ts';
import type { Stream } from '../values.ts';
import { contiguous, viewShape } from '../view.ts';
import { type Call, constAt, refuse, type StreamOperator, type StreamOperators, streamAt } from './operator.ts';
import { rowsAlong, uniform } from './uniform.ts';

/** The sum of gates, or of weighted experts: the mixture. */
const reduceSum: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  const of = s?.base.kind === 'real' && s.steps.length === 0 ? s.base.of : undefined;
  if (!s || !of) return undefined;
  const shape = viewShape(s.view);
  const axes = [...(constAt(call, 1)?.data ?? (call.node.attrs['axes'] as readonly number[] | undefined) ?? [])];
  const axis = axes.length === 1 ? axisOf(axes[0] ?? 0, shape.length) : -1;
  const kept = numberAttr(call.node.attrs, 'keepdims', 1) === 1;
  if (of.kind === 'largest' && axis === shape.length - 1 && kept) {
    const out = [...shape.slice(0, -1), 1];
    return [realStream({ kind: 'gateSum', choice: of.choice }, out, contiguous(out))];
  }
  if (of.kind !== 'weighted' || axis !== 0) return undefined;
  const sum = mixtureOf(call, of);
  return [kept ? { ...sum, view: [[], ...sum.view] } : sum];
};

type Weighted = Extract<NonNullable<ReturnType<typeof originOf>>['of'], { kind: 'weighted' }>;

const help =
  'write each expert as product, quantiser, activation, quantiser, product, with scales for the whole tensor';

/** The chosen experts alone, `[N, D]`. */
export function mixtureOf(call: Call, { gates, choice, experts: results }: Weighted): Stream {
  const { ctx, node } = call;
  const second = results.base.kind === 'ir' ? ctx.batched.get(results.base.value) : undefined;
  const hidden = second?.x;
  const first = hidden?.base.kind === 'ir' ? ctx.batched.get(hidden.base.value) : undefined;
  if (!second || !hidden || !first || hidden.base.kind !== 'ir')
    return refuse(call, 'its experts are no two products', help);
  const [E, H, D] = [first.experts, first.rows, first.cols];
  const form = linearForm(hidden.steps);
  const out = linearForm(results.steps);
  if (typeof form === 'string' || typeof out === 'string' || out.head.length > 0)
    return refuse(call, 'a quantiser between its products is missing', help);
  const [down] = out.tail.a;
  if (!down || out.tail.a.length > 1 || form.tail.a.length > 1 || !form.tail.b.every((b) => sign(b) === 0))
    return refuse(call, 'its experts have scales of their own', help);
  const ranges = Array.from({ length: E * H }, (_, c) =>
    ctx.builder.boundsOf((hidden.base as { value: string }).value, c),
  );
  const cut = form.head.findIndex((s) => s.kind === 'round') + 1;
  const scalars = form.head.map(toScalarStep);
  const rounded = cut > 0 && form.head.slice(0, cut).every((s) => s.kind !== 'function');
  const scaling = rounded
    ? requantisationOf(scalars.slice(0, cut), ranges)
    : 'nothing rounds its accumulators before the activation';
  if (typeof scaling === 'string') return refuse(call, `between its products: ${scaling}`, help);
  const after = form.head.slice(cut);
  if (after.some((s) => s.kind === 'affine' && (s.a.length > 1 || s.b.length > 1)))
    return refuse(call, 'its activation differs between channels', help);
  const input = ctx.linear(first.x, node);
  if (input.affine.b.some((b) => sign(b) !== 0)) return refuse(call, 'its input has an offset', help);
  const x = rowsAlong(call, first.x, input.value, first.x.view.length - 1);
  const fraction = gateFraction(call, gates.steps);
  const logits = uniform(call, choice.logits, true);
  const rows = rowsAlong(call, choice.logits, logits.value, choice.logits.view.length - 1);
  const route = ctx.builder.node({
    op: 'route',
    name: `${node.name}_route`,
    attrs: { k: choice.k, renormalise: choice.renormalise, scale: toNumber(logits.scale), fraction },
    inputs: [rows.value],
    origin: [node.name],
  });
  const row = (v: readonly number[]) => constant([E, H], integers(v));
  const bias = biasOf(call, out.tail.b, down, E * second.rows);
  const value = ctx.builder.node({
    op: 'experts',
    name: node.name,
    attrs: { fraction, shift: scaling.shift, ties: scaling.ties, lo: scaling.lo, hi: scaling.hi },
    inputs: [x.value, route],
    consts: {
      up: constant([E, H, D], first.weights.data, first.weights.elem),
      down: constant([E, second.rows, H], second.weights.data, second.weights.elem),
      mul: row(scaling.mul),
      add: row(scaling.add),
      ...(after.length > 0 ? { table: tableConst(after, scaling) } : {}),
      ...(bias ? { bias: constant([E, second.rows], bias) } : {}),
    },
    origin: [node.name],
  });
  const view = contiguous([viewShape(results.view)[1] ?? 1, second.rows]);
  const steps = [scaleBy([mul(down, powerOfTwo(-fraction))])];
  return { ...results, base: { kind: 'ir', value }, steps, view };
}

function tableConst(after: Steps, { lo, hi }: { readonly lo: number; readonly hi: number }) {
  const table = tableOf(after.map(toScalarStep), { lo, hi });
  return constant([table.length], table);
}

/** In the array type that a constant of these values has. */
function integers(values: readonly number[]): IntArray {
  const data = allocate(values.length, elemFor(valueRange(values)));
  data.set(values);
  return data;
}

/** Real biases in units of the second product; what lies between two units is rounded, and said. */
function biasOf(call: Call, b: readonly Rational[], unit: Rational, n: number): IntArray | undefined {
  if (b.every((x) => sign(x) === 0)) return undefined;
  const exact = Array.from({ length: n }, (_, i) => div((b.length === 1 ? b[0] : b[i]) as Rational, unit));
  if (!exact.every(isInteger))
    call.ctx.warnings.push(
      mixtureNote(call.node.name, 'the biases of its second product are rounded to whole accumulator units'),
    );
  return integers(exact.map((x) => Math.round(toNumber(x))));
}

/** Fraction bits of gates without a quantiser. */
const PLAIN_GATE = 12;

/** F where the gates are rounded to 2^-F. */
function gateFraction(call: Call, steps: Steps): number {
  if (steps.length === 0) return PLAIN_GATE;
  const form = linearForm(steps);
  const [scale, round] = typeof form === 'string' ? [] : form.head;
  const tail = typeof form === 'string' ? undefined : form.tail.a[0];
  const rounded = lastRounding(steps) === 1 && scale?.kind === 'affine' && round?.kind === 'round' ? round : undefined;
  const k =
    scale?.kind === 'affine' && scale.a.length === 1 && sign(scale.b[0] ?? ONE) === 0
      ? exponentOf(scale.a[0] ?? ONE)
      : undefined;
  if (!rounded || k === undefined || k < 1 || k > 16 || !tail || !equals(mul(tail, powerOfTwo(k)), ONE))
    return refuse(
      call,
      'the quantiser of its gates is no plain rounding to a power of two',
      'quantise gates with a scale of 2^-1 to 2^-16',
    );
  if (rounded.hi < 2 ** k)
    call.ctx.warnings.push(mixtureNote(call.node.name, `gates of more than ${rounded.hi}/${2 ** k} do not saturate`));
  return k;
}

export const mixtures: StreamOperators = { ReduceSum: reduceSum };
