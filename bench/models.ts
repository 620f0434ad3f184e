/** Networks of well-known shapes with seeded random weights, as QONNX bytes. Speed does not depend on what they know. */
import { Chain } from './onnx.ts';
import { type Random, random } from './random.ts';

interface Bits {
  /** 1 bit is bipolar. */
  readonly weights: number;
  readonly activations: number;
}

/** Weights as quantisers see them: reals of about one standard deviation of a trained layer, on a grid of `bits`. */
function weights(net: Chain, next: Random, shape: readonly number[], bits: number): string {
  const n = shape.reduce((a, b) => a * b, 1);
  const scale = 0.5 ** Math.max(0, bits - 2);
  const data = Float32Array.from({ length: n }, () => next() * 3 - 1.5);
  return net.quant(scale, bits, { signed: true, narrow: true }, net.constant(shape, data));
}

/** Normalisation as training leaves it (no two channels alike), for sums of about ±spread, then a quantiser. */
function activation(net: Chain, next: Random, channels: number, spread: number, bits: number): void {
  const draw = (lo: number, hi: number): string =>
    net.constant(
      [channels],
      Float32Array.from({ length: channels }, () => lo + next() * (hi - lo)),
    );
  net.add('BatchNormalization', [draw(0.5, 1.5), draw(-0.2, 0.4), draw(-spread, spread), draw(1, 2 * spread * spread)]);
  if (bits === 1) net.quant(1, 1, { signed: true });
  else net.add('Relu').quant(2 ** -(bits - 1), bits, { signed: false });
}

function perceptron(sizes: readonly number[], input: { bits: number; scale: number }, bits: Bits, seed: number): Chain {
  const next = random(seed);
  const net = new Chain([1, sizes[0] ?? 1]);
  net.quant(input.scale, input.bits, { signed: true });
  sizes.slice(1).forEach((m, i) => {
    const k = sizes[i] ?? 1;
    net.add('MatMul', [weights(net, next, [k, m], bits.weights)]);
    if (i < sizes.length - 2) activation(net, next, m, Math.sqrt(k), bits.activations);
  });
  return net;
}

/** TFC: 784-64-64-64-10, 59,008 weights. */
export const tfc = (bits: Bits): Uint8Array =>
  perceptron([784, 64, 64, 64, 10], { bits: 8, scale: 2 ** -7 }, bits, 1).bytes();

/** A jet tagger: 16-64-32-32-5, 4,256 weights and 133 biases. */
export function jetTagger(bits: Bits): Uint8Array {
  const sizes = [16, 64, 32, 32, 5];
  const next = random(2);
  const net = new Chain([1, 16]);
  net.quant(2 ** -5, 8, { signed: true });
  sizes.slice(1).forEach((m, i) => {
    const k = sizes[i] ?? 1;
    const bias = Float32Array.from({ length: m }, () => Math.round(next() * 64 - 32) / 64);
    net.add('MatMul', [weights(net, next, [k, m], bits.weights)]).add('Add', [net.constant([m], bias)]);
    if (i < 3) net.add('Relu').quant(2 ** -3, bits.activations, { signed: false });
  });
  return net.add('Softmax', [], { axis: 1 }).bytes();
}

/** CNV: six 3×3 convolutions without padding and three dense layers on 32×32×3, 1,542,848 weights. */
export function cnv(bits: Bits): Uint8Array {
  const next = random(3);
  const net = new Chain([1, 3, 32, 32]);
  net.quant(2 ** -7, 8, { signed: true });
  const layers = [64, 64, 'pool', 128, 128, 'pool', 256, 256] as const;
  let c = 3;
  for (const m of layers) {
    if (m === 'pool') {
      net.add('MaxPool', [], { kernel_shape: [2, 2], strides: [2, 2] });
      continue;
    }
    net.add('Conv', [weights(net, next, [m, c, 3, 3], bits.weights)], { kernel_shape: [3, 3] });
    activation(net, next, m, Math.sqrt(9 * c), bits.activations);
    c = m;
  }
  net.add('Flatten');
  for (const [k, m] of [
    [256, 512],
    [512, 512],
  ] as const) {
    net.add('MatMul', [weights(net, next, [k, m], bits.weights)]);
    activation(net, next, m, Math.sqrt(k), bits.activations);
  }
  return net.add('MatMul', [weights(net, next, [512, 10], bits.weights)]).bytes();
}
