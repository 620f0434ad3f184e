import type { Rng } from '../conformance/case.ts';
import type { Attribute, ConstSpec, ModelSpec, NodeSpec } from './onnx.ts';

/** What a random network knows of a tensor: its shape, and whether its values are integer multiples of a scale. */
export interface Wire {
  readonly name: string;
  readonly shape: readonly number[];
  /** One scale and no offset: fit for a product. */
  readonly quantised: boolean;
}

/** A random network while it grows. All numbers are dyadic and short, so that doubles compute it exactly. */
export class Network {
  readonly rng: Rng;
  readonly nodes: NodeSpec[] = [];
  readonly consts: { [name: string]: ConstSpec } = {};
  private count = 0;

  constructor(rng: Rng) {
    this.rng = rng;
  }

  private fresh(what: string): string {
    return `${what}${this.count++}`;
  }

  constant(shape: readonly number[], data: readonly number[], dtype: ConstSpec['dtype'] = 'float32'): string {
    const name = this.fresh('c');
    this.consts[name] = { dtype, shape, data };
    return name;
  }

  /** Random multiples of a power of two. */
  dyadics(n: number, range: number, step: number): number[] {
    return Array.from({ length: n }, () => this.rng.int(-range, range) * step);
  }

  add(
    op: string,
    inputs: readonly string[],
    shape: readonly number[],
    quantised: boolean,
    attrs: { readonly [name: string]: Attribute } = {},
  ): Wire {
    const name = this.fresh('t');
    this.nodes.push({ op, inputs, outputs: [name], attrs, name: `${op}_${name}` });
    return { name, shape, quantised };
  }

  scale(): number {
    return 2 ** this.rng.int(-3, 1);
  }

  spec(inputs: ModelSpec['inputs'], outputs: readonly string[]): ModelSpec {
    return { inputs, outputs, nodes: this.nodes, consts: this.consts };
  }
}

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Weights through a quantiser: Quant per tensor or per channel of `axis`, BipolarQuant, or DequantizeLinear of codes. */
export function weights(n: Network, shape: readonly number[], axis: number): string {
  const { rng } = n;
  const perChannel = rng.chance(0.4);
  const scaleShape = perChannel ? shape.map((d, i) => (i === axis ? d : 1)) : [];
  const scales = Array.from({ length: size(scaleShape) }, () => n.scale());
  const real = n.constant(shape, n.dyadics(size(shape), 20, 0.25));
  switch (rng.int(0, 3)) {
    case 0:
      return n.add('BipolarQuant', [real, n.constant([], [n.scale()])], shape, true).name;
    case 1: {
      const codes = n.constant(shape, n.dyadics(size(shape), 7, 1), 'int8');
      const flat = perChannel ? n.constant([scales.length], scales) : n.constant([], [n.scale()]);
      const zeros = n.constant(perChannel ? [scales.length] : [], perChannel ? scales.map(() => 0) : [0], 'int8');
      return n.add('DequantizeLinear', [codes, flat, zeros], shape, true, { axis }).name;
    }
    default: {
      const bits = rng.pick([1, 2, 3, 4]);
      const operands = [n.constant(scaleShape, scales), n.constant([], [0]), n.constant([], [bits])];
      return n.add('Quant', [real, ...operands], shape, true, { signed: 1, narrow: rng.int(0, 1) }).name;
    }
  }
}

const MODES = ['ROUND', 'FLOOR', 'CEIL', 'UP', 'DOWN', 'HALF_UP', 'HALF_DOWN'];

/** A quantiser on a wire. The scale is per tensor but for `Quant` and `QuantizeLinear`, sometimes. */
export function quantise(n: Network, x: Wire, perChannelAllowed = true): Wire {
  const { rng } = n;
  const scalar = (v: number): string => n.constant([], [v]);
  const perChannel = perChannelAllowed && x.shape.length > 2 && rng.chance(0.15);
  const scaleShape = perChannel ? x.shape.map((d, i) => (i === 1 ? d : 1)) : [];
  const scale = n.constant(
    scaleShape,
    Array.from({ length: size(scaleShape) }, () => n.scale()),
  );
  switch (rng.int(0, 6)) {
    case 0:
      return n.add('BipolarQuant', [x.name, scalar(n.scale())], x.shape, true);
    case 1: {
      const c = x.shape[1] ?? 1;
      const rows = rng.chance(0.5) ? c : 1;
      const steps = rng.pick([1, 3, 7]);
      const rowOf = (): number[] => n.dyadics(steps, 40, 0.25).sort((a, b) => a - b);
      const t = n.constant([rows, steps], Array.from({ length: rows }, rowOf).flat());
      const attrs = rng.chance(0.5) ? { out_scale: { float: 2 }, out_bias: { float: -1 } } : {};
      return n.add('MultiThreshold', [x.name, t], x.shape, true, attrs);
    }
    case 2: {
      const dtype = rng.pick(['int8', 'uint8'] as const);
      const zero = n.constant([], [rng.int(0, 5)], dtype);
      const s = scalar(n.scale());
      const q = n.add('QuantizeLinear', [x.name, s, zero], x.shape, false);
      return n.add('DequantizeLinear', [q.name, s, zero], x.shape, true);
    }
    default: {
      const bits = scalar(rng.pick([1, 2, 3, 4, 4]));
      const zero = scalar(rng.chance(0.2) ? rng.int(-2, 2) : 0);
      const attrs = { signed: rng.int(0, 1), narrow: rng.int(0, 1), rounding_mode: rng.pick(MODES) };
      return n.add('Quant', [x.name, scale, zero, bits], x.shape, !perChannel, attrs);
    }
  }
}
