import { numbersAttr, stringAttr } from '../../../host/op.ts';
import { axisOf } from '../../../host/tensor.ts';
import { div, equals, fromNumber, isInteger, type Rational, sub } from '../../../num/rational.ts';
import { zipRationals } from '../steps.ts';
import { contiguous, transposeView, type View, viewShape } from '../view.ts';
import { affineAlong } from './along.ts';
import { type Call, optionalConst, refuse, type StreamOperators, streamAt } from './operator.ts';

/** Per-axis padding [before, after] of the model's Pad. */
function padsOf(call: Call, rank: number): readonly (readonly [number, number])[] {
  const given = optionalConst(call, 1, 'its list of pads');
  const flat = given ? [...given.data] : (numbersAttr(call.node.attrs, 'pads') ?? []);
  const named = optionalConst(call, 3, 'its list of axes');
  const axes = named ? [...named.data].map((a) => axisOf(a, rank)) : Array.from({ length: rank }, (_, i) => i);
  const half = flat.length / 2;
  if (half !== axes.length || flat.some((p) => !Number.isInteger(p)))
    throw new RangeError(`pads [${flat}] for ${axes.length} axes`);
  return Array.from({ length: rank }, (_, i) => {
    const k = axes.indexOf(i);
    return k < 0 ? ([0, 0] as const) : ([flat[k] ?? 0, flat[k + half] ?? 0] as const);
  });
}

/** Constant padding of the spatial axes of [N, C, …spatial]. */
export const padding: StreamOperators = {
  Pad: (call) => {
    const s = streamAt(call, 0);
    if (!s) return undefined;
    const { ctx, node } = call;
    const shape = viewShape(s.view);
    const pads = padsOf(call, shape.length);
    if (pads.every(([b, a]) => b === 0 && a === 0)) return [s];
    if (stringAttr(node.attrs, 'mode', 'constant') !== 'constant')
      refuse(call, 'its mode is not constant', 'pad with a constant');
    const padded = pads.map(([b, a], i) => (b || a ? i : -1)).filter((i) => i >= 0);
    // At most two padded axes: they become H and W, whatever the model calls them; the others are channels.
    if (padded.length > 2 || pads.flat().some((p) => p < 0))
      refuse(call, 'it pads more than two axes or crops', 'pad spatial axes only');
    const value = optionalConst(call, 2, 'its value')?.data[0] ?? Number(node.attrs['value'] ?? 0);
    const lin = ctx.linear(s, node);
    const real = fromNumber(value);
    const codes = zipRationals(lin.affine.a, lin.affine.b, (a, b) => div(sub(real, b), a));
    const code = codes[0] as Rational;
    if (!codes.every((c) => equals(c, code)) || !isInteger(code)) {
      refuse(
        call,
        `the padding value ${value} is not one of the codes of its input`,
        'quantise the input so that it is',
      );
    }
    const rest = shape.map((_, i) => i).filter((i) => !padded.includes(i));
    const channels = rest.reduce((n, i) => n * (shape[i] ?? 1), 1);
    const [h, w] = padded.length === 2 ? (padded as [number, number]) : [-1, padded[0] as number];
    const size = [h < 0 ? 1 : (shape[h] as number), shape[w] as number];
    const order = [...padded, ...rest];
    const arranged = ctx.arranged(lin.value, s, order, [...size, channels], node);
    const [[top, bottom], [left, right]] = [
      h < 0 ? ([0, 0] as const) : (pads[h] as readonly [number, number]),
      pads[w] as readonly [number, number],
    ];
    const out = ctx.builder.node({
      op: 'pad',
      name: node.name,
      attrs: { pads: [top, left, bottom, right], value: Number(code.num) },
      inputs: [arranged],
      origin: [node.name],
    });
    const grown = shape.map((d, i) => d + (pads[i]?.[0] ?? 0) + (pads[i]?.[1] ?? 0));
    const inOrder = (extents: readonly number[]): View =>
      transposeView(
        contiguous(order.map((i) => extents[i] as number)),
        shape.map((_, i) => order.indexOf(i)),
      );
    const to = { view: inOrder(shape), channels };
    const why = 'its scales and offsets run along the axes that it pads';
    const step = affineAlong(call, lin, s.view, to, why);
    return [{ ...s, base: { kind: 'ir', value: out }, steps: [step], view: inOrder(grown) }];
  },
};
