import { type HostAttrs, numberAttr, numbersAttr, stringAttr } from './op.ts';

/** Kernel geometry of a convolution or pool over one or more spatial axes, all defaults resolved. */
export interface Spatial {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  /** Per axis, before and after. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly out: readonly number[];
}

/** No kernel of a real network comes near: keeps damaged files from asking for the impossible. */
const LARGEST = 2 ** 16;

/** ONNX's attributes kernel_shape, strides, dilations, pads, auto_pad, ceil_mode for input extents `size`. */
export function spatialOf(attrs: HostAttrs, size: readonly number[], weightKernel?: readonly number[]): Spatial {
  const n = size.length;
  const ones = size.map(() => 1);
  const kernel = numbersAttr(attrs, 'kernel_shape') ?? [...(weightKernel ?? ones)];
  const stride = numbersAttr(attrs, 'strides') ?? ones;
  const dilation = numbersAttr(attrs, 'dilations') ?? ones;
  const pads = numbersAttr(attrs, 'pads') ?? new Array<number>(2 * n).fill(0);
  const auto = stringAttr(attrs, 'auto_pad', 'NOTSET');
  const ceil = numberAttr(attrs, 'ceil_mode', 0) === 1;
  if ([kernel, stride, dilation].some((a) => a.length !== n)) {
    throw new RangeError(`kernel [${kernel}], strides [${stride}], dilations [${dilation}] for ${n} spatial axes`);
  }
  const counts = [...kernel, ...stride, ...dilation];
  if (counts.some((v) => !(Number.isInteger(v) && v >= 1 && v <= LARGEST)))
    throw new RangeError(`kernel [${kernel}], strides [${stride}], dilations [${dilation}] must be positive`);
  if (pads.length !== 2 * n || pads.some((v) => !(Number.isInteger(v) && v >= 0 && v <= LARGEST)))
    throw new RangeError(`pads [${pads}] for ${n} spatial axes must be ${2 * n} integers of at least 0`);
  const before: number[] = [];
  const after: number[] = [];
  const out: number[] = [];
  for (let i = 0; i < n; i++) {
    const [d, s, l] = [size[i] ?? 1, stride[i] ?? 1, dilation[i] ?? 1];
    const span = l * ((kernel[i] ?? 1) - 1) + 1;
    if (auto.startsWith('SAME')) {
      const o = Math.ceil(d / s);
      const total = Math.max(0, (o - 1) * s + span - d);
      const small = Math.floor(total / 2);
      before.push(auto === 'SAME_LOWER' ? total - small : small);
      after.push(auto === 'SAME_LOWER' ? small : total - small);
      out.push(o);
      continue;
    }
    const [b, a] = auto === 'VALID' ? [0, 0] : [pads[i] ?? 0, pads[i + n] ?? 0];
    const exact = (d + b + a - span) / s;
    let o = Math.floor(exact) + 1;
    // A last window that would start beyond the image and its leading padding is dropped, as ONNX says.
    if (ceil && exact > Math.floor(exact) && Math.ceil(exact) * s < d + b) o++;
    if (o < 1) throw new RangeError(`a window of ${span} does not fit an extent of ${d + b + a}`);
    before.push(b);
    after.push(a);
    out.push(o);
  }
  return { kernel, stride, dilation, before, after, out };
}
