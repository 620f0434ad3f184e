import { numberAttr } from '../../../host/op.ts';
import { type Spatial, spatialOf } from '../../../host/spatial.ts';
import type { HostTensor } from '../../../host/tensor.ts';
import { constant } from '../../../ir/builder.ts';
import { elemRange } from '../../../num/elem.ts';
import {
  div,
  equals,
  fromNumber,
  isInteger,
  mul,
  neg,
  type Rational,
  rational,
  sign,
  ZERO,
} from '../../../num/rational.ts';
import { channelOperand } from '../channels.ts';
import { type Affine, affine, direction, shiftBy, zipRationals } from '../steps.ts';
import type { Stream } from '../values.ts';
import { contiguous, transposeView, type View, viewShape } from '../view.ts';
import { affineAlong } from './along.ts';
import {
  apply,
  type Call,
  constAt,
  needConst,
  refuse,
  type StreamOperator,
  type StreamOperators,
  streamAt,
} from './operator.ts';
import { moved, productAffine, weightsOf } from './product.ts';

/** A stream [N, C, …spatial] as an IR value [H, W, C] (H = 1 for one spatial axis). */
interface Image {
  readonly value: string;
  /** Real value of a code, per tensor or per channel of the image. */
  readonly affine: Affine;
  readonly size: readonly number[];
  readonly channels: number;
}

function image(call: Call, s: Stream): Image {
  const shape = viewShape(s.view);
  const size = shape.slice(2);
  if (shape[0] !== 1) refuse(call, `its batch is ${shape[0]}`, 'export the model with a batch of 1');
  if (size.length < 1 || size.length > 2)
    refuse(call, `it has ${size.length} spatial axes`, 'one and two are supported');
  const channels = shape[1] ?? 1;
  const linear = call.ctx.linear(s, call.node);
  const full = size.length === 1 ? [1, ...size] : size;
  const axes = [0, ...size.map((_, i) => i + 2), 1];
  const why = 'its pixels have scales or offsets of their own';
  const affine = affineAlong(call, linear, s.view, { view: imageView(channels, size), channels }, why);
  const value = call.ctx.arranged(linear.value, s, axes, [...full, channels], call.node);
  return { value, affine, size, channels };
}

/** The model's view [N, C, …spatial] of an IR value [H, W, C]. */
function imageView(channels: number, out: readonly number[]): View {
  const memory = contiguous([1, ...out, channels]);
  return transposeView(memory, [0, out.length + 1, ...out.map((_, i) => i + 1)]);
}

/** Two-dimensional geometry of a one- or two-dimensional operator, in the attributes of our ops. */
function geometry(s: Spatial): { kernel: number[]; stride: number[]; dilation: number[]; pads: number[] } {
  const two = (v: readonly number[], fill: number): number[] => (v.length === 1 ? [fill, ...v] : [...v]);
  const [top = 0, left = 0] = two(s.before, 0);
  const [bottom = 0, right = 0] = two(s.after, 0);
  return {
    kernel: two(s.kernel, 1),
    stride: two(s.stride, 1),
    dilation: two(s.dilation, 1),
    pads: [top, left, bottom, right],
  };
}

const padded = (s: Spatial): boolean => [...s.before, ...s.after].some((p) => p > 0);

/** The code of real zero, which padding inserts: −offset / scale. */
function zeroCode(call: Call, a: Affine): number {
  const codes = zipRationals(a.b, a.a, (b, s) => neg(div(b, s)));
  const z = codes[0] as Rational;
  if (!codes.every((c) => equals(c, z)) || !isInteger(z)) {
    refuse(
      call,
      'zero padding is not one of the codes of its input',
      'quantise the input so that zero is a code, the same in all channels',
    );
  }
  return Number(z.num);
}

/** [O, I, …k] → [O, kh, kw, I] with its codes. */
function channelsLast(call: Call, w: HostTensor): HostTensor {
  const rank = w.shape.length;
  return moved(call, w, 'Transpose', { perm: [0, ...w.shape.map((_, i) => i).slice(2), 1].slice(0, rank) });
}

export function convolve(call: Call, s: Stream, w: HostTensor): Stream {
  const { ctx, node } = call;
  const img = image(call, s);
  const groups = numberAttr(node.attrs, 'group', 1);
  const [rows = 1, perGroup = 1] = w.shape;
  if (perGroup * groups !== img.channels)
    throw new RangeError(`weights [${w.shape}] in ${groups} group(s) for ${img.channels} channels`);
  const spatial = spatialOf(node.attrs, img.size, w.shape.slice(2));
  if (spatial.kernel.join() !== w.shape.slice(2).join())
    throw new RangeError(`kernel_shape [${spatial.kernel}] for weights [${w.shape}]`);
  const g = geometry(spatial);
  const weights = weightsOf(call.folder, node, channelsLast(call, w), rows);
  const input = img.affine;
  const depthwise = perGroup === 1;
  if (input.a.length > 1 && !depthwise)
    refuse(call, 'its input has one scale per channel', 'quantise its input per tensor');
  const padValue = padded(spatial) ? zeroCode(call, input) : 0;
  const value = ctx.builder.node({
    op: 'conv',
    name: node.name,
    attrs: { ...g, padValue, groups },
    inputs: [img.value],
    consts: { weight: constant([rows, ...(g.kernel as number[]), perGroup], weights.data, weights.elem) },
    origin: [node.name],
  });
  const step = depthwise
    ? depthwiseAffine(input, weights, rows, groups)
    : productAffine(input, columnOffsets(input.b, groups, g.kernel, perGroup), weights, rows);
  return {
    kind: 'stream',
    base: { kind: 'ir', value },
    steps: [step],
    view: imageView(rows, spatial.out),
    dtype: 'float32',
  };
}

/** Per-channel offsets in the order of the weights' columns (kh, kw, I); per-group offsets differ, so only one group. */
function columnOffsets(
  b: readonly Rational[],
  groups: number,
  kernel: readonly number[],
  perGroup: number,
): readonly Rational[] {
  if (b.length === 1) return b;
  if (groups > 1) throw new RangeError('its grouped input has one offset per channel');
  const taps = kernel.reduce((x, y) => x * y, 1);
  return Array.from({ length: taps * perGroup }, (_, i) => b[i % perGroup] as Rational);
}

/** Each output channel sees one input channel: scales and offsets may differ between them. */
function depthwiseAffine(input: Affine, w: ReturnType<typeof weightsOf>, rows: number, groups: number): Affine {
  const of = (v: readonly Rational[], m: number): Rational =>
    (v.length === 1 ? v[0] : v[Math.floor(m / (rows / groups))]) as Rational;
  const scale = (m: number): Rational => (w.scale.length === 1 ? w.scale[0] : w.scale[m]) as Rational;
  const taps = w.data.length / rows;
  const all = Array.from({ length: rows }, (_, m) => m);
  const sum = (m: number): Rational => fromNumber(w.data.subarray(m * taps, (m + 1) * taps).reduce((x, y) => x + y, 0));
  const b = input.b.every((x) => sign(x) === 0) ? [ZERO] : all.map((m) => mul(mul(of(input.b, m), scale(m)), sum(m)));
  return affine(
    all.map((m) => mul(of(input.a, m), scale(m))),
    b,
  );
}

const onStream =
  (f: (call: Call, s: Stream) => Stream): StreamOperator =>
  (call) => {
    const s = streamAt(call, 0);
    return s && [f(call, s)];
  };

const conv: StreamOperator = onStream((call, s) =>
  withBias(call, convolve(call, s, needConst(call, 1, 'its weights')), constAt(call, 2), call.inputs[2] !== undefined),
);

function withBias(call: Call, s: Stream, bias: HostTensor | undefined, present: boolean): Stream {
  if (!bias) {
    if (present) throw new RangeError('its bias must be a constant');
    return s;
  }
  const shape = [bias.data.length, ...new Array<number>(s.view.length - 2).fill(1)];
  const reshaped = moved(call, bias, 'Reshape', {}, [
    { dtype: 'int64', shape: [shape.length], data: Float64Array.from(shape) },
  ]);
  const operand = channelOperand(call.ctx, call.folder, s, reshaped, call.node);
  return apply(operand.stream, shiftBy(operand.values));
}

const maxPool: StreamOperator = onStream((call, s) => {
  if (call.node.outputs.length > 1) refuse(call, 'its indices are asked for', 'use only its first output');
  const img = image(call, s);
  if (direction([img.affine]) !== 1) refuse(call, 'its input falls where its codes rise', 'quantise before the pool');
  const spatial = spatialOf(call.node.attrs, img.size);
  const type = call.ctx.builder.type(img.value);
  const value = call.ctx.builder.node({
    op: 'maxpool',
    name: call.node.name,
    attrs: { ...reach(spatial, img.size), padValue: elemRange(type.elem).lo },
    inputs: [img.value],
    origin: [call.node.name],
    elem: type.elem,
  });
  return { ...s, base: { kind: 'ir', value }, steps: [img.affine], view: imageView(img.channels, spatial.out) };
});

/** With ceil_mode the last window may lie partly beyond the padded image: pad as far as it reaches. */
function reach(s: Spatial, size: readonly number[]): ReturnType<typeof geometry> {
  const after = s.after.map((a, i) => {
    const reach = ((s.out[i] ?? 1) - 1) * (s.stride[i] ?? 1) + ((s.kernel[i] ?? 1) - 1) * (s.dilation[i] ?? 1) + 1;
    return Math.max(a, reach - (size[i] ?? 1) - (s.before[i] ?? 0));
  });
  return geometry({ ...s, after });
}

/** The average over windows, over the whole image without attributes. */
export function averageOver(call: Call, s: Stream, attrs: Call['node']['attrs'] | undefined): Stream {
  const img = image(call, s);
  const spatial = spatialOf(attrs ?? { kernel_shape: [...img.size] }, img.size);
  const counted = numberAttr(attrs ?? {}, 'count_include_pad', 0) === 1;
  const g = reach(spatial, img.size);
  if (g.pads.some((p) => p > 0) && !counted) {
    refuse(call, 'it averages over fewer pixels at the border than inside', 'use count_include_pad=1 or no padding');
  }
  if (geometry(spatial).pads.join() !== g.pads.join())
    refuse(call, 'its last windows reach beyond the padded image (ceil_mode)', 'pad the image or use ceil_mode=0');
  const padValue = g.pads.some((p) => p > 0) ? zeroCode(call, img.affine) : 0;
  const value = call.ctx.builder.node({
    op: 'sumpool',
    name: call.node.name,
    attrs: { ...g, padValue },
    inputs: [img.value],
    origin: [call.node.name],
  });
  const n = rational(BigInt(spatial.kernel.reduce((x, y) => x * y, 1)));
  const { a, b } = img.affine;
  const step = affine(
    a.map((x) => div(x, n)),
    b,
  );
  return {
    ...s,
    base: { kind: 'ir', value },
    steps: [step],
    view: imageView(img.channels, spatial.out),
    dtype: 'float32',
  };
}

const globalMax: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  const kernel_shape = s ? viewShape(s.view).slice(2) : [];
  return maxPool({ ...call, node: { ...call.node, attrs: { kernel_shape } } });
};

export const spatialOperators: StreamOperators = {
  Conv: conv,
  MaxPool: maxPool,
  GlobalMaxPool: globalMax,
  AveragePool: onStream((call, s) => averageOver(call, s, call.node.attrs)),
  GlobalAveragePool: onStream((call, s) => averageOver(call, s, undefined)),
};
