import { type Network, quantise, type Wire, weights } from './network.ts';
import type { Attribute } from './onnx.ts';

type Layer = (n: Network, x: Wire) => Wire | undefined;

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Random kernel geometry for the spatial axes of [1, C, …]; undefined where no window fits. */
function window(
  n: Network,
  x: Wire,
): { attrs: { [name: string]: Attribute }; kernel: number[]; out: number[] } | undefined {
  const { rng } = n;
  if (x.shape[0] !== 1) return undefined;
  const spatial = x.shape.slice(2);
  const kernel = spatial.map((d) => rng.int(1, Math.min(3, d)));
  const stride = spatial.map(() => rng.pick([1, 1, 2, 3]));
  const dilation = kernel.map((k) => (k > 1 && rng.chance(0.2) ? 2 : 1));
  const span = kernel.map((k, i) => (k - 1) * (dilation[i] ?? 1) + 1);
  const attrs: { [name: string]: Attribute } = { kernel_shape: kernel, strides: stride, dilations: dilation };
  const auto = rng.pick(['SAME_UPPER', 'SAME_LOWER', 'VALID', 'NOTSET', 'NOTSET', 'NOTSET']);
  if (auto !== 'NOTSET') attrs['auto_pad'] = auto;
  if (auto.startsWith('SAME')) {
    return { attrs, kernel, out: spatial.map((d, i) => Math.ceil(d / (stride[i] ?? 1))) };
  }
  const pad = (): number[] => spatial.map((_, i) => (auto === 'VALID' ? 0 : rng.int(0, (kernel[i] ?? 1) - 1)));
  const [before, after] = [pad(), pad()];
  if (auto === 'NOTSET') attrs['pads'] = [...before, ...after];
  const out = spatial.map((d, i) =>
    Math.floor((d + (before[i] ?? 0) + (after[i] ?? 0) - (span[i] ?? 1)) / (stride[i] ?? 1) + 1),
  );
  return out.every((o) => o >= 1) ? { attrs, kernel, out } : undefined;
}

const conv: Layer = (n, x) => {
  if (x.shape.length < 3 || !x.quantised) return undefined;
  const { rng } = n;
  const w = window(n, x);
  if (!w) return undefined;
  const c = x.shape[1] ?? 1;
  const groups = rng.pick([1, c, ...(c % 2 === 0 ? [2] : [])]);
  const out = groups * rng.int(1, groups > 2 ? 2 : 4);
  const weight = weights(n, [out, c / groups, ...w.kernel], 0);
  const bias = rng.chance(0.4) ? [n.constant([out], n.dyadics(out, 20, 0.125))] : [];
  return n.add('Conv', [x.name, weight, ...bias], [1, out, ...w.out], false, { ...w.attrs, group: groups });
};

const maxPool: Layer = (n, x) => {
  const w = x.shape.length >= 3 ? window(n, x) : undefined;
  return w && n.add('MaxPool', [x.name], [1, x.shape[1] ?? 1, ...w.out], x.quantised, w.attrs);
};

/** Windows of two or four pixels: their averages stay dyadic. */
const averagePool: Layer = (n, x) => {
  if (x.shape.length < 3 || !x.quantised) return undefined;
  const w = window(n, x);
  if (!w || ![1, 2, 4].includes(size(w.kernel))) return undefined;
  const attrs = { ...w.attrs, count_include_pad: 1 };
  return n.add('AveragePool', [x.name], [1, x.shape[1] ?? 1, ...w.out], false, attrs);
};

const globalPool: Layer = (n, x) => {
  const plane = size(x.shape.slice(2));
  if (x.shape.length < 3 || !x.quantised || ![1, 2, 4, 8, 16].includes(plane)) return undefined;
  const kept = [1, x.shape[1] ?? 1, ...x.shape.slice(2).map(() => 1)];
  const op = n.rng.pick(['GlobalAveragePool', 'GlobalMaxPool', 'ReduceMean']);
  const attrs = op === 'ReduceMean' ? { axes: x.shape.map((_, i) => i).slice(2), keepdims: 1 } : {};
  return n.add(op, [x.name], kept, op === 'GlobalMaxPool', attrs as { [name: string]: Attribute });
};

const matMul: Layer = (n, x) => {
  if (!x.quantised) return undefined;
  const k = x.shape.at(-1) ?? 1;
  const m = n.rng.int(1, 5);
  return n.add('MatMul', [x.name, weights(n, [k, m], 1)], [...x.shape.slice(0, -1), m], false);
};

/** A constant from the left: W · x of a matrix. */
const leftMatMul: Layer = (n, x) => {
  if (!x.quantised || x.shape.length !== 2) return undefined;
  const m = n.rng.int(1, 5);
  return n.add('MatMul', [weights(n, [m, x.shape[0] ?? 1], 0), x.name], [m, x.shape[1] ?? 1], false);
};

const vectorMatMul: Layer = (n, x) =>
  x.quantised && x.shape.length > 1
    ? n.add(
        'MatMul',
        [x.name, n.constant([x.shape.at(-1) ?? 1], n.dyadics(x.shape.at(-1) ?? 1, 7, 0.5))],
        x.shape.slice(0, -1),
        false,
      )
    : undefined;

const gemm: Layer = (n, x) => {
  if (!x.quantised || x.shape.length !== 2) return undefined;
  const { rng } = n;
  const [transA, transB] = [rng.int(0, 1), rng.int(0, 1)];
  const [rows = 1, k = 1] = transA ? [...x.shape].reverse() : x.shape;
  const m = rng.int(1, 6);
  const w = transB ? weights(n, [m, k], 0) : weights(n, [k, m], 1);
  const biasShape = rng.pick([[], [m], [1, m], [rows, m]]);
  const bias = rng.chance(0.6) ? [n.constant(biasShape, n.dyadics(size(biasShape), 20, 0.125))] : [];
  const attrs = { transA, transB, alpha: { float: rng.pick([1, 0.5, 2]) }, beta: { float: rng.pick([1, 0.25]) } };
  return n.add('Gemm', [x.name, w, ...bias], [rows, m], false, attrs);
};

const batchNorm: Layer = (n, x) => {
  if (x.shape.length < 2) return undefined;
  const c = x.shape[1] ?? 1;
  const v = (f: () => number): string => n.constant([c], Array.from({ length: c }, f));
  const parts = [
    v(() => n.rng.pick([-1, 0.5, 1, 1, 2])),
    v(() => n.rng.int(-8, 8) / 4),
    v(() => n.rng.int(-8, 8) / 4),
    v(() => n.rng.pick([0.25, 1, 4])),
  ];
  return n.add('BatchNormalization', [x.name, ...parts], x.shape, false, { epsilon: { float: 0 } });
};

/** Add, Sub, Mul or Div with a constant of any broadcast shape, on either side. */
const constantArithmetic: Layer = (n, x) => {
  const { rng } = n;
  const op = rng.pick(['Add', 'Sub', 'Mul', 'Div']);
  const shape = rng.pick([
    [],
    x.shape.map(() => 1),
    x.shape.map((d, i) => (i === 1 ? d : 1)),
    x.shape.slice(-1),
    x.shape,
  ]);
  const count = size(shape);
  const multiplies = op === 'Mul' || op === 'Div';
  const data = multiplies ? Array.from({ length: count }, () => rng.pick([-1, 0.5, 1, 2])) : n.dyadics(count, 12, 0.25);
  const c = n.constant(shape, data);
  const swap = op !== 'Div' && rng.chance(0.3);
  return n.add(op, swap ? [c, x.name] : [x.name, c], x.shape, multiplies && x.quantised && count === 1);
};

const activation: Layer = (n, x) => {
  const { rng } = n;
  const pick = rng.int(0, 8);
  if (pick < 4) return n.add('Relu', [x.name], x.shape, x.quantised);
  if (pick === 4) return n.add('LeakyRelu', [x.name], x.shape, false, { alpha: { float: 0.25 } });
  if (pick === 5) return n.add('Clip', [x.name, n.constant([], [-1]), n.constant([], [2])], x.shape, false);
  if (pick === 6) return n.add(rng.pick(['Round', 'Floor', 'Ceil', 'Neg']), [x.name], x.shape, false);
  if (pick === 7) {
    const whole = n.add('Cast', [x.name], x.shape, false, { to: rng.pick([6, 7]) });
    return n.add('Cast', [whole.name], x.shape, false, { to: 1 });
  }
  const c = x.shape[1] ?? 1;
  const slope = n.constant(
    [c, ...x.shape.slice(2).map(() => 1)],
    Array.from({ length: c }, () => rng.pick([0, 0.5, 1])),
  );
  return x.shape.length > 1 ? n.add('PRelu', [x.name, slope], x.shape, false) : undefined;
};

const pad: Layer = (n, x) => {
  if (x.shape.length < 3) return undefined;
  const side = (): number[] => x.shape.map((_, i) => (i < 2 ? 0 : n.rng.int(0, 2)));
  const [before, after] = [side(), side()];
  const pads = n.constant([2 * x.shape.length], [...before, ...after], 'int64');
  const shape = x.shape.map((d, i) => d + (before[i] ?? 0) + (after[i] ?? 0));
  return n.add('Pad', [x.name, pads], shape, x.quantised);
};

/** Reshape, Flatten, Transpose, Squeeze or Unsqueeze. */
const reshape: Layer = (n, x) => {
  const { rng } = n;
  const rank = x.shape.length;
  const total = size(x.shape);
  switch (rng.int(0, 4)) {
    case 0: {
      const divisors = Array.from({ length: total }, (_, i) => i + 1).filter((d) => total % d === 0);
      const d = rng.pick(divisors);
      const to = rng.chance(0.5) ? [1, d, total / d] : [1, total];
      return n.add('Reshape', [x.name, n.constant([to.length], to, 'int64')], to, x.quantised);
    }
    case 1: {
      const axis = rng.int(0, rank);
      const to = [size(x.shape.slice(0, axis)), size(x.shape.slice(axis))];
      return n.add('Flatten', [x.name], to, x.quantised, { axis });
    }
    case 2: {
      // The batch stays in front: convolutions take [1, C, …].
      const rest = x.shape.map((_, i) => i).slice(1);
      const perm = [0];
      while (rest.length > 0) perm.push(...rest.splice(rng.int(0, rest.length - 1), 1));
      return n.add(
        'Transpose',
        [x.name],
        perm.map((p) => x.shape[p] ?? 1),
        x.quantised,
        { perm },
      );
    }
    case 3: {
      const axis = x.shape.findIndex((d, i) => i > 0 && d === 1);
      if (axis < 0 || rank < 3) return undefined;
      const to = x.shape.filter((_, i) => i !== axis);
      return n.add('Squeeze', [x.name, n.constant([1], [axis], 'int64')], to, x.quantised);
    }
    default: {
      if (rank > 3) return undefined;
      const axis = rng.int(1, rank);
      const to = [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)];
      return n.add('Unsqueeze', [x.name, n.constant([1], [axis], 'int64')], to, x.quantised);
    }
  }
};

/** Two branches from one tensor, each quantised, joined by Add, Sub or Concat. */
const branches: Layer = (n, x) => {
  const arm = (): Wire => {
    const inner = n.rng.pick([activation, batchNorm, constantArithmetic, maxPool, conv, reshape]);
    const y = n.rng.chance(0.7) ? inner(n, x) : undefined;
    return y ? (y.quantised ? y : quantise(n, y, false)) : x.quantised ? x : quantise(n, x, false);
  };
  const [a, b] = [arm(), arm()];
  if (a.shape.join() === b.shape.join() && n.rng.chance(0.6))
    return n.add(n.rng.pick(['Add', 'Sub']), [a.name, b.name], a.shape, false);
  const axis = a.shape.findIndex((_, k) => a.shape.every((d, i) => i === k || d === b.shape[i]));
  if (axis < 0 || a.shape.length !== b.shape.length) return undefined;
  const at = a.shape.join() === b.shape.join() ? n.rng.int(0, a.shape.length - 1) : axis;
  const shape = a.shape.map((d, i) => (i === at ? d + (b.shape[i] ?? 0) : d));
  return n.add('Concat', [a.name, b.name], shape, false, { axis: at });
};

const LAYERS: readonly (readonly [Layer, number])[] = [
  [conv, 4],
  [maxPool, 2],
  [averagePool, 1],
  [globalPool, 1],
  [matMul, 3],
  [leftMatMul, 1],
  [vectorMatMul, 1],
  [gemm, 3],
  [batchNorm, 2],
  [constantArithmetic, 3],
  [activation, 3],
  [pad, 1],
  [reshape, 3],
  [branches, 2],
];
const BAG = LAYERS.flatMap(([l, times]) => new Array<Layer>(times).fill(l));

/** Grows a network of about `depth` layers behind its input quantiser and returns its last wire. */
export function grow(n: Network, input: Wire, depth: number): Wire {
  let x = quantise(n, input, false);
  for (let i = 0; i < depth; i++) {
    const y = n.rng.pick(BAG)(n, x);
    if (!y || size(y.shape) > 600) continue;
    x = y;
    // Long chains of real arithmetic would outgrow the 53 bits in which doubles compute them exactly.
    if (!x.quantised && n.rng.chance(0.6)) x = quantise(n, x);
  }
  return x;
}
