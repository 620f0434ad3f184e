import { numel } from '../../num/tensor.ts';
import { type HostCall, type HostOp, type HostOps, input, numberAttr } from '../op.ts';
import { type Spatial, spatialOf } from '../spatial.ts';
import { broadcastShape, broadcastStrides, type HostTensor, hostTensor, stridesOf, walk, zeros } from '../tensor.ts';
import { zip } from './elementwise.ts';
import { transpose } from './shape.ts';

/** NumPy's matmul: 1-D operands are promoted, leading axes broadcast. */
export function matMul(a: HostTensor, b: HostTensor, dry = false): HostTensor {
  const as = a.shape.length === 1 ? [1, ...a.shape] : a.shape;
  const bs = b.shape.length === 1 ? [...b.shape, 1] : b.shape;
  const [m = 1, k = 1] = as.slice(-2);
  const [kb = 1, n = 1] = bs.slice(-2);
  if (k !== kb) throw new RangeError(`matrix product of [${a.shape}] and [${b.shape}]`);
  const batch = broadcastShape(as.slice(0, -2), bs.slice(0, -2));
  const rows = a.shape.length === 1 ? [] : [m];
  const cols = b.shape.length === 1 ? [] : [n];
  const data = zeros([...batch, m, n]);
  if (dry) return hostTensor(a.dtype, [...batch, ...rows, ...cols], data);
  const strides = [broadcastStrides(as.slice(0, -2), batch), broadcastStrides(bs.slice(0, -2), batch)];
  walk(batch, strides, (i, [pa = 0, pb = 0]) => {
    for (let r = 0; r < m; r++) {
      for (let c = 0; c < n; c++) {
        let s = 0;
        for (let x = 0; x < k; x++) {
          s += (a.data[pa * m * k + r * k + x] as number) * (b.data[pb * k * n + x * n + c] as number);
        }
        data[(i * m + r) * n + c] = s;
      }
    }
  });
  return hostTensor(a.dtype, [...batch, ...rows, ...cols], data);
}

const gemm: HostOp = (call) => {
  const flip = (t: HostTensor, name: string): HostTensor =>
    numberAttr(call.attrs, name, 0) === 1 ? transpose(t, [1, 0]) : t;
  const product = matMul(flip(input(call, 0), 'transA'), flip(input(call, 1), 'transB'), call.dry);
  const alpha = numberAttr(call.attrs, 'alpha', 1);
  const beta = numberAttr(call.attrs, 'beta', 1);
  const scaled = hostTensor(
    product.dtype,
    product.shape,
    product.data.map((v) => alpha * v),
  );
  const c = call.inputs[2];
  return [c ? zip(scaled, c, (y, b) => y + beta * b) : scaled];
};

/** Visits every (output position, window position inside the image): linear spatial indices and the kernel's index. */
function eachTap(size: readonly number[], s: Spatial, visit: (out: number, at: number, tap: number) => void): void {
  const inStrides = stridesOf(size);
  const taps = numel(s.kernel);
  walk(s.out, [], (o) => {
    let rest = o;
    const corner = [...s.out.keys()].reverse().map((i) => {
      const d = s.out[i] as number;
      const at = rest % d;
      rest = Math.floor(rest / d);
      return at * (s.stride[i] as number) - (s.before[i] as number);
    });
    corner.reverse();
    for (let t = 0; t < taps; t++) {
      let left = t;
      let at = 0;
      let inside = true;
      for (let i = s.kernel.length - 1; i >= 0; i--) {
        const k = s.kernel[i] as number;
        const x = (corner[i] as number) + (left % k) * (s.dilation[i] as number);
        left = Math.floor(left / k);
        inside &&= x >= 0 && x < (size[i] as number);
        at += x * (inStrides[i] as number);
      }
      visit(o, inside ? at : -1, t);
    }
  });
}

const conv: HostOp = (call) => {
  const [x, w] = [input(call, 0), input(call, 1)];
  const size = x.shape.slice(2);
  const s = spatialOf(call.attrs, size, w.shape.slice(2));
  const groups = numberAttr(call.attrs, 'group', 1);
  const [n = 1, c = 1] = x.shape;
  const [o = 1, cg = 1] = w.shape;
  const plane = numel(size);
  const outPlane = numel(s.out);
  const taps = numel(s.kernel);
  if (!(groups >= 1) || cg * groups !== c || o % groups !== 0)
    throw new RangeError(`weights [${w.shape}] in ${groups} group(s) for ${c} channels`);
  if (s.kernel.join() !== w.shape.slice(2).join())
    throw new RangeError(`kernel_shape [${s.kernel}] for weights [${w.shape}]`);
  const data = zeros([n, o, ...s.out]);
  if (call.dry) return [hostTensor(x.dtype, [n, o, ...s.out], data)];
  const bias = call.inputs[2];
  for (let b = 0; b < n; b++) {
    for (let f = 0; f < o; f++) {
      const c0 = Math.floor(f / (o / groups)) * cg;
      const base = (b * o + f) * outPlane;
      data.fill(bias?.data[f] ?? 0, base, base + outPlane);
      eachTap(size, s, (at, from, tap) => {
        if (from < 0) return;
        let sum = 0;
        for (let k = 0; k < cg; k++) {
          sum += (x.data[(b * c + c0 + k) * plane + from] as number) * (w.data[(f * cg + k) * taps + tap] as number);
        }
        data[base + at] = (data[base + at] as number) + sum;
      });
    }
  }
  return [hostTensor(x.dtype, [n, o, ...s.out], data)];
};

/** `taps`: the window's positions on the image and its padding, those beyond (ceil_mode) not counted. */
type Pool = (sum: { readonly values: number[]; readonly taps: number }) => number;

/** Per output position, the window positions that lie on the image or its declared padding. */
function tapsInside(size: readonly number[], s: Spatial): number[] {
  const perAxis = s.out.map((o, i) =>
    Array.from({ length: o }, (_, at) => {
      const start = at * (s.stride[i] as number) - (s.before[i] as number);
      const end = (size[i] as number) + (s.after[i] as number);
      const positions = Array.from({ length: s.kernel[i] as number }, (_, k) => start + k * (s.dilation[i] as number));
      return positions.filter((x) => x < end).length;
    }),
  );
  return perAxis.reduce((all, axis) => all.flatMap((n) => axis.map((k) => n * k)), [1]);
}

const pool =
  (finish: (attrs: HostCall['attrs']) => Pool): HostOp =>
  (call) => {
    const x = input(call, 0);
    const size = x.shape.slice(2);
    const s = spatialOf(call.attrs, size);
    const [n = 1, c = 1] = x.shape;
    const plane = numel(size);
    const outPlane = numel(s.out);
    const data = zeros([n, c, ...s.out]);
    if (call.dry) return [hostTensor(x.dtype, [n, c, ...s.out], data)];
    const f = finish(call.attrs);
    const taps = tapsInside(size, s);
    for (let p = 0; p < n * c; p++) {
      const windows: number[][] = Array.from({ length: outPlane }, () => []);
      eachTap(size, s, (at, from) => {
        if (from >= 0) windows[at]?.push(x.data[p * plane + from] as number);
      });
      windows.forEach((values, i) => {
        data[p * outPlane + i] = f({ values, taps: taps[i] as number });
      });
    }
    return [hostTensor(x.dtype, [n, c, ...s.out], data)];
  };

const average = pool((attrs) => {
  const all = numberAttr(attrs, 'count_include_pad', 0) === 1;
  return ({ values, taps }) => values.reduce((a, b) => a + b, 0) / (all ? taps : values.length);
});

const maximum = pool(
  () =>
    ({ values }) =>
      values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
);

const globalPool =
  (f: (values: Float64Array) => number): HostOp =>
  (call) => {
    const x = input(call, 0);
    const plane = numel(x.shape.slice(2));
    const data = Array.from({ length: x.data.length / plane }, (_, i) =>
      f(x.data.subarray(i * plane, (i + 1) * plane)),
    );
    return [
      hostTensor(
        x.dtype,
        x.shape.map((d, i) => (i < 2 ? d : 1)),
        data,
      ),
    ];
  };

const batchNorm: HostOp = (call) => {
  const x = input(call, 0);
  if (numberAttr(call.attrs, 'training_mode', 0) === 1 && call.outputs > 1)
    throw new RangeError('it is in training mode');
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map((i) => input(call, i).data);
  const eps = numberAttr(call.attrs, 'epsilon', 1e-5);
  const c = x.shape[1] ?? 1;
  const plane = numel(x.shape.slice(2));
  const at = (v: Float64Array | undefined, i: number): number => v?.[Math.floor(i / plane) % c] ?? 0;
  const norm = (v: number, i: number): number =>
    ((v - at(mean, i)) / Math.sqrt(at(variance, i) + eps)) * at(scale, i) + at(bias, i);
  return [hostTensor(x.dtype, x.shape, x.data.map(norm))];
};

export const linear: HostOps = {
  MatMul: (call) => [matMul(input(call, 0), input(call, 1), call.dry)],
  Gemm: gemm,
  Conv: conv,
  MaxPool: maximum,
  AveragePool: average,
  GlobalAveragePool: globalPool((v) => v.reduce((a, b) => a + b, 0) / v.length),
  GlobalMaxPool: globalPool((v) => v.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)),
  BatchNormalization: batchNorm,
};
