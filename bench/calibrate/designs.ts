/**
 * Kernels as networks have them, drawn at random: the types, sizes and foldings that importers and the folding give, small
 * enough to be synthesised in seconds. What is drawn depends on the seed alone.
 */
import { divisors } from '../../src/kernels/divisors.ts';
import { isParallel, type SwgAttrs, simdSpan, taps } from '../../src/kernels/swg/geometry.ts';
import { bipolar, type ElemType, elemFor, elemRange, int, uint } from '../../src/num/elem.ts';
import { valueRange } from '../../src/num/tensor.ts';
import type { KernelCase, Rng, Sampler } from '../../test/conformance/case.ts';
import { constant } from '../../test/conformance/samplers/elements.ts';
import { sample as anyReorder } from '../../test/conformance/samplers/reorder.ts';

const CHANNELS = [4, 8, 10, 12, 16, 24, 32, 48, 64, 128];

/** Activations: mostly unsigned after a ReLU, of 1 to 8 bits. */
function activation(rng: Rng): ElemType {
  if (rng.chance(0.12)) return bipolar;
  const bits = rng.pick([1, 2, 2, 3, 4, 4, 4, 6, 8, 8]);
  return rng.chance(0.6) ? uint(bits) : int(Math.max(2, bits));
}

/** Sums of products. */
const accumulator = (rng: Rng): ElemType => int(rng.int(5, 20));

const upTo = (list: readonly number[], most: number): number[] => list.filter((v) => v <= most);

/** Roughly normal integers, as trained weights are. */
function normal(rng: Rng, lo: number, hi: number): number {
  const sum = rng.int(0, 1000) + rng.int(0, 1000) + rng.int(0, 1000) + rng.int(0, 1000);
  return Math.max(lo, Math.min(hi, Math.round(((sum - 2000) / 1400) * hi)));
}

function weights(rng: Rng, rows: number, columns: number) {
  const n = rows * columns;
  const elem = rng.pick([bipolar, int(2), int(2), int(3), int(4), int(4), int(6), int(8), int(8)]);
  const { lo, hi } = elemRange(elem);
  const ternary = elem.bits === 2 && rng.chance(0.7);
  const draw = (): number => {
    if (elem.kind === 'bipolar') return rng.pick([-1, 1]);
    return elem.bits <= 2 ? rng.int(ternary ? -1 : lo, hi) : normal(rng, lo, hi);
  };
  return constant([rows, columns], elem, Array.from({ length: n }, draw));
}

/** Bit products per cycle and bits of weights that synthesis does in seconds. */
const MOST_PRODUCTS = 2500;
const MOST_WEIGHT_BITS = 60_000;

const mvu: Sampler = (rng) => {
  for (;;) {
    const MW = rng.pick([16, 27, 32, 36, 48, 64, 72, 128, 144, 256]);
    const MH = rng.pick([8, 10, 16, 32, 64, 128]);
    const x = activation(rng);
    const weight = weights(rng, MH, MW);
    const SIMD = rng.pick(upTo(divisors(MW), 72));
    const PE = rng.pick(upTo(divisors(MH), 32));
    const bits = x.bits * weight.elem.bits;
    if (PE * SIMD * bits > MOST_PRODUCTS || MW * MH * weight.elem.bits > MOST_WEIGHT_BITS) continue;
    const mult = rng.pick(['auto', 'lut', 'dsp']);
    return {
      kind: 'mvu',
      attrs: { MW, MH, groups: 1, vectors: 4, PE, SIMD, mult },
      inputs: [{ shape: [4 * MW], elem: x, lanes: SIMD }],
      consts: { weight },
    };
  }
};

const vvu: Sampler = (rng) => {
  for (;;) {
    const channels = rng.pick(CHANNELS);
    const window = rng.pick([3, 5, 9, 9, 9, 25]);
    const x = activation(rng);
    const weight = weights(rng, channels, window);
    const [PE, SIMD] = [rng.pick(upTo(divisors(channels), 32)), rng.pick(divisors(window))];
    if (PE * SIMD * x.bits * weight.elem.bits > MOST_PRODUCTS) continue;
    return {
      kind: 'vvu',
      attrs: { channels, window, pixels: 4, PE, SIMD, mult: rng.pick(['auto', 'lut', 'dsp']) },
      inputs: [{ shape: [4 * channels * window], elem: x, lanes: PE * SIMD }],
      consts: { weight },
    };
  }
};

/** A channel-wise kernel of up to 32 lanes. */
function lanes(rng: Rng, shared: boolean, most = 32): { channels: number; pixels: number; PE: number } {
  const channels = rng.pick(CHANNELS);
  return { channels, pixels: 4, PE: rng.pick(upTo(divisors(channels), shared ? most : Math.min(most, 16))) };
}

const thresholds: Sampler = (rng) => {
  const shared = rng.chance(0.25);
  const attrs = lanes(rng, shared, 16);
  const elem = accumulator(rng);
  const steps = Math.min(2 ** elem.bits - 2, 2 ** rng.pick([1, 2, 2, 3, 4, 4, 5, 8]) - 1);
  const rows = shared ? 1 : attrs.channels;
  const { lo, hi } = elemRange(elem);
  const data = Array.from({ length: rows }, () =>
    Array.from({ length: steps }, () => normal(rng, lo, hi)).sort((a, b) => a - b),
  ).flat();
  return {
    kind: 'thresholds',
    attrs: { ...attrs, base: 0, step: 1 },
    inputs: [{ shape: [attrs.channels * 4], elem, lanes: attrs.PE }],
    consts: { thresholds: constant([rows, steps], elemFor(valueRange(data)), data) },
  };
};

const requantise: Sampler = (rng) => {
  const shared = rng.chance(0.4);
  const attrs = lanes(rng, shared, 8);
  const elem = accumulator(rng);
  const rows = shared ? 1 : attrs.channels;
  const size = 2 ** rng.int(2, 16);
  const bits = rng.pick([3, 4, 6, 8, 8]);
  const shift = Math.max(1, elem.bits - 1 + Math.log2(size) - bits);
  const mul = Array.from({ length: rows }, () => rng.int(Math.floor(size / 2), size - 1));
  const add = Array.from({ length: rows }, () => rng.int(-(2 ** shift), 2 ** shift));
  const [low, high] = rng.chance(0.6) ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
  return {
    kind: 'requantise',
    attrs: { ...attrs, shift, ties: rng.chance(0.3) ? 'even' : 'up', lo: low, hi: high },
    inputs: [{ shape: [attrs.channels * 4], elem, lanes: attrs.PE }],
    consts: {
      mul: constant([rows], elemFor(valueRange(mul)), mul),
      add: constant([rows], elemFor(valueRange(add)), add),
    },
  };
};

const table: Sampler = (rng) => {
  const elem = rng.chance(0.5) ? int(rng.int(3, 9)) : uint(rng.int(3, 9));
  const shared = rng.chance(0.7);
  const attrs = lanes(rng, shared, 8);
  const rows = shared ? 1 : attrs.channels;
  const { lo, hi } = elemRange(elem);
  const size = 2 ** rng.pick([4, 6, 8, 8]);
  const data = Array.from({ length: rows * (hi - lo + 1) }, () => rng.int(0, size - 1));
  return {
    kind: 'table',
    attrs: { ...attrs, offset: lo },
    inputs: [{ shape: [attrs.channels * 4], elem, lanes: attrs.PE }],
    consts: { table: constant([rows, hi - lo + 1], elemFor(valueRange(data)), data) },
  };
};

const swg: Sampler = (rng) => {
  for (;;) {
    const order = rng.chance(0.4) ? 'depthwise' : 'dense';
    const k = rng.pick([1, 2, 3, 3, 3, 5]);
    const flat = rng.chance(0.1);
    const side = rng.pick([6, 8, 12, 16, 28, 32, 34]);
    const attrs: SwgAttrs = {
      H: flat ? 1 : side,
      W: side,
      C: rng.pick([1, 3, 4, 8, 16, 32, 64]),
      kernel: [flat ? 1 : k, k],
      stride: rng.pick([
        [1, 1],
        [1, 1],
        [2, 2],
      ] as const),
      dilation: [1, 1],
      groups: 1,
      order,
      SIMD: 1,
    };
    const legal = [...divisors(simdSpan(attrs)), ...(rng.chance(0.3) ? [taps(attrs) * attrs.C] : [])];
    const drawn = { ...attrs, SIMD: rng.pick(upTo(legal, 128)) };
    const elem = activation(rng);
    if (isParallel(drawn) && drawn.C * taps(drawn) * elem.bits > 400) continue;
    return {
      kind: 'swg',
      attrs: drawn,
      inputs: [{ shape: [attrs.H * attrs.W * attrs.C], elem, lanes: isParallel(drawn) ? attrs.C : drawn.SIMD }],
      consts: {},
    };
  }
};

const fifo: Sampler = (rng) => {
  const elem = uint(rng.pick([4, 8, 12, 16, 24, 32, 48]));
  const n = rng.pick([1, 1, 2, 4, 6]);
  const depth = rng.pick([2, 2, 2, 3, 4, 8, 16, 20, 32, 40, 64, 100, 128, 256, 500, 1024, 2048]);
  return { kind: 'fifo', attrs: { depth }, inputs: [{ shape: [n * 64], elem, lanes: n }], consts: {}, outputs: [elem] };
};

const dwc: Sampler = (rng) => {
  const narrow = rng.pick([1, 1, 2, 3, 4, 8]);
  const wide = narrow * rng.pick([2, 2, 3, 4, 8, 9, 16, 32]);
  const [from, to] = rng.chance(0.5) ? [narrow, wide] : [wide, narrow];
  const elem = rng.chance(0.7) ? activation(rng) : accumulator(rng);
  return {
    kind: 'dwc',
    attrs: { from, to },
    inputs: [{ shape: [wide * 8], elem, lanes: from }],
    consts: {},
    outputs: [elem],
  };
};

const add: Sampler = (rng) => {
  const attrs = lanes(rng, true);
  const weight = (): number => rng.pick([1, 1, 1, 2, -1, 3, rng.int(2, 63), rng.int(64, 4000)]);
  const operand = () => ({
    shape: [attrs.channels * 4],
    elem: rng.chance(0.7) ? int(rng.int(2, 8)) : accumulator(rng),
    lanes: attrs.PE,
  });
  return {
    kind: 'add',
    attrs: { ...attrs, mulA: weight(), mulB: weight(), offset: rng.pick([0, 0, rng.int(-500, 500)]) },
    inputs: [operand(), operand()],
    consts: {},
  };
};

const pool: Sampler = (rng) => {
  const C = rng.pick(CHANNELS);
  const PE = rng.pick(upTo(divisors(C), 64));
  const K = rng.pick([2, 3, 4, 4, 9, 16]);
  return {
    kind: 'pool',
    attrs: { kind: rng.pick(['max', 'max', 'sum']), pixels: 4, K, C, PE },
    inputs: [{ shape: [4 * K * C], elem: activation(rng), lanes: PE }],
    consts: {},
  };
};

const globalpool: Sampler = (rng) => {
  const C = rng.pick(CHANNELS);
  const PE = rng.pick(upTo(divisors(C), 64));
  const pixels = rng.pick([4, 16, 25, 49, 64]);
  return {
    kind: 'globalpool',
    attrs: { kind: rng.pick(['max', 'sum', 'sum']), pixels, C, PE },
    inputs: [{ shape: [pixels * C], elem: activation(rng), lanes: PE }],
    consts: {},
  };
};

const pad: Sampler = (rng) => {
  const C = rng.pick([1, 3, ...CHANNELS]);
  const SIMD = rng.pick(upTo(divisors(C), 64));
  const [H, W] = [rng.pick([6, 8, 16, 28, 32]), rng.pick([6, 8, 16, 28, 32])];
  const p = rng.int(1, 2);
  return {
    kind: 'pad',
    attrs: { H, W, C, pads: [p, p, p, p], value: 0, SIMD },
    inputs: [{ shape: [H * W * C], elem: activation(rng), lanes: SIMD }],
    consts: {},
  };
};

const concat: Sampler = (rng) => {
  const PE = rng.pick([1, 2, 4, 8, 16, 32]);
  const attrs = { channelsA: PE * rng.int(1, 8), channelsB: PE * rng.int(1, 8), pixels: 4, PE };
  const elem = activation(rng);
  const input = (channels: number) => ({ shape: [channels * 4], elem, lanes: PE });
  return {
    kind: 'concat',
    attrs,
    inputs: [input(attrs.channelsA), input(attrs.channelsB)],
    consts: {},
    ...(elem.kind === 'bipolar' ? { outputs: [bipolar] } : {}),
  };
};

const reorder: Sampler = (rng): KernelCase => anyReorder(rng);

/** A sampler for each kernel that is calibrated, and how many designs of it are measured. */
export const DESIGNS: { readonly [kernel: string]: { readonly sample: Sampler; readonly count: number } } = {
  mvu: { sample: mvu, count: 120 },
  vvu: { sample: vvu, count: 60 },
  thresholds: { sample: thresholds, count: 90 },
  requantise: { sample: requantise, count: 60 },
  table: { sample: table, count: 45 },
  swg: { sample: swg, count: 90 },
  fifo: { sample: fifo, count: 60 },
  dwc: { sample: dwc, count: 45 },
  add: { sample: add, count: 45 },
  pool: { sample: pool, count: 45 },
  globalpool: { sample: globalpool, count: 45 },
  pad: { sample: pad, count: 36 },
  concat: { sample: concat, count: 36 },
  reorder: { sample: reorder, count: 45 },
};
