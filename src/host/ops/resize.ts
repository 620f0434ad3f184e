import { type HostCall, type HostOp, type HostOps, input, numbersFrom, stringAttr } from '../op.ts';
import { hostTensor, stridesOf, zeros } from '../tensor.ts';

/** What of ONNX Resize and Upsample decides where each element comes from. */
export interface Nearest {
  readonly shape: readonly number[];
  /** Per axis, the source index of each index. */
  readonly from: readonly (readonly number[])[];
}

/** Where each coordinate of the result lies in the input, by the names of ONNX. */
const TRANSFORM: { readonly [mode: string]: (x: number, scale: number, to: number, from: number) => number } = {
  half_pixel: (x, scale) => (x + 0.5) / scale - 0.5,
  pytorch_half_pixel: (x, scale, to) => (to > 1 ? (x + 0.5) / scale - 0.5 : 0),
  asymmetric: (x, scale) => x / scale,
  align_corners: (x, _, to, from) => (to > 1 ? (x * (from - 1)) / (to - 1) : 0),
};

const ROUND: { readonly [mode: string]: (x: number) => number } = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** The sources of a nearest-neighbour resize of `shape`; throws RangeError for other kinds of it. */
export function nearest(
  call: Pick<HostCall, 'inputs' | 'attrs' | 'opset' | 'outputs'>,
  shape: readonly number[],
  op: string,
): Nearest {
  const text = (name: string, usual: string): string => stringAttr(call.attrs, name, usual);
  const upsample = op === 'Upsample';
  if (text('mode', 'nearest') !== 'nearest')
    throw new RangeError(`mode ${text('mode', 'nearest')}, only nearest is supported`);
  const transform = TRANSFORM[upsample ? 'asymmetric' : text('coordinate_transformation_mode', 'half_pixel')];
  const round = ROUND[upsample ? 'floor' : text('nearest_mode', 'round_prefer_floor')];
  if (!transform || !round) throw new RangeError('its coordinates are of a kind that is not supported');
  if (call.attrs['axes'] !== undefined) throw new RangeError('it names axes, which is not supported');
  const given = (v: readonly number[] | undefined): readonly number[] | undefined =>
    v && v.length > 0 ? v : undefined;
  const scales = given(numbersFrom(call as HostCall, 'scales', upsample || call.opset < 11 ? 1 : 2));
  const sizes = upsample ? undefined : given(numbersFrom(call as HostCall, 'sizes', 3));
  if ((scales ?? sizes)?.length !== shape.length)
    throw new RangeError(`it does not say how large ${shape.length} axes become`);
  const result = shape.map((d, i) => sizes?.[i] ?? Math.floor(d * (scales?.[i] ?? 1)));
  const from = result.map((to, i) => {
    const d = shape[i] ?? 1;
    const scale = sizes ? to / d : (scales?.[i] ?? 1);
    return Array.from({ length: to }, (_, x) => Math.min(d - 1, Math.max(0, round(transform(x, scale, to, d)))));
  });
  return { shape: result, from };
}

const resize =
  (op: string): HostOp =>
  (call) => {
    const t = input(call, 0);
    const { shape, from } = nearest(call, t.shape, op);
    const data = zeros(shape);
    const [to, source] = [stridesOf(shape), stridesOf(t.shape)];
    for (let i = 0; i < data.length; i++) {
      let at = 0;
      for (let a = 0; a < shape.length; a++) {
        const x = Math.floor(i / (to[a] ?? 1)) % (shape[a] ?? 1);
        at += (from[a]?.[x] ?? 0) * (source[a] ?? 1);
      }
      data[i] = t.data[at] as number;
    }
    return [hostTensor(t.dtype, shape, data)];
  };

export const resizing: HostOps = { Resize: resize('Resize'), Upsample: resize('Upsample') };
