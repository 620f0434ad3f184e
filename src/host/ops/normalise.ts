/** Normalisations, and the placing of values by index. */
import { numel } from '../../num/tensor.ts';
import { type HostOp, type HostOps, input, numberAttr } from '../op.ts';
import { axisOf, broadcastShape, broadcastStrides, type HostTensor, hostTensor, walk, zeros } from '../tensor.ts';

const mean = (v: Float64Array): number => v.reduce((a, b) => a + b, 0) / v.length;

/** a ∘ b with broadcasting, of the shape of a. */
function elementwise(a: HostTensor, b: HostTensor, f: (x: number, y: number) => number): HostTensor {
  const shape = broadcastShape(a.shape, b.shape);
  const data = zeros(shape);
  walk(shape, [broadcastStrides(a.shape, shape), broadcastStrides(b.shape, shape)], (i, [p = 0, q = 0]) => {
    data[i] = f(a.data[p] as number, b.data[q] as number);
  });
  return hostTensor(a.dtype, shape, data);
}

/** X, gain, bias: over the axes from `axis` on. Outputs: the result, the mean, the inverse of the deviation. */
const normalisation =
  (center: boolean): HostOp =>
  (call) => {
    const x = input(call, 0);
    const axis = axisOf(numberAttr(call.attrs, 'axis', -1), x.shape.length);
    const epsilon = Math.fround(numberAttr(call.attrs, 'epsilon', 1e-5));
    const width = numel(x.shape.slice(axis));
    const data = zeros(x.shape);
    const small = x.shape.map((d, i) => (i < axis ? d : 1));
    const [means, inverses] = [zeros(small), zeros(small)];
    for (let from = 0; from < data.length; from += width) {
      const row = x.data.subarray(from, from + width);
      const middle = center ? mean(row) : 0;
      const root = Math.sqrt(mean(row.map((v) => (v - middle) ** 2)) + epsilon);
      row.forEach((v, i) => {
        data[from + i] = (v - middle) / root;
      });
      means[from / width] = middle;
      inverses[from / width] = 1 / root;
    }
    const scaled = elementwise(hostTensor(x.dtype, x.shape, data), input(call, 1), (a, b) => a * b);
    const bias = call.inputs[2];
    const y = bias ? elementwise(scaled, bias, (a, b) => a + b) : scaled;
    return [y, hostTensor(x.dtype, small, means), hostTensor(x.dtype, small, inverses)].slice(0, call.outputs);
  };

/** Data with the updates at their indices along one axis. */
const scatterElements: HostOp = (call) => {
  const [data, indices, updates] = [input(call, 0), input(call, 1), input(call, 2)];
  const axis = axisOf(numberAttr(call.attrs, 'axis', 0), data.shape.length);
  if (call.attrs['reduction'] !== undefined && call.attrs['reduction'] !== 'none')
    throw new RangeError(`reduction ${call.attrs['reduction']}`);
  if (indices.shape.join() !== updates.shape.join())
    throw new RangeError(`indices of [${indices.shape}] and updates of [${updates.shape}]`);
  const out = Float64Array.from(data.data);
  const extent = data.shape[axis] ?? 1;
  const strides = data.shape.map((_, i) => numel(data.shape.slice(i + 1)));
  walk(indices.shape, [strides.map((s, i) => (i === axis ? 0 : s))], (i, [at = 0]) => {
    const index = indices.data[i] as number;
    out[at + (index < 0 ? index + extent : index) * (strides[axis] ?? 1)] = updates.data[i] as number;
  });
  return [hostTensor(data.dtype, data.shape, out)];
};

export const normalisations: HostOps = {
  LayerNormalization: normalisation(true),
  RMSNormalization: normalisation(false),
  SimplifiedLayerNormalization: normalisation(false),
  ScatterElements: scatterElements,
};
