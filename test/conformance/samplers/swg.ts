import { positions } from '../../../src/ir/ops/window/geometry.ts';
import { divisors } from '../../../src/kernels/divisors.ts';
import { beats, isParallel, type SwgAttrs, simdSpan, taps } from '../../../src/kernels/swg/geometry.ts';
import { bipolar, type ElemType, int, uint } from '../../../src/num/elem.ts';
import type { Rng, Sampler } from '../case.ts';

/** Any element that an image may have: 1 to 16 bits of either sign, or bipolar. */
export function sampleElem(rng: Rng): ElemType {
  if (rng.chance(0.15)) return bipolar;
  const bits = rng.pick([1, 2, 3, 4, 5, 7, 8, 8, 11, 16]);
  return rng.chance(0.5) ? int(bits) : uint(bits);
}

const MAX_BEATS = 400;

/** Windows of every kind on small images: any stride (also beyond the kernel), dilation, 1-D, grouped, parallel. */
export const sample: Sampler = (rng) => {
  for (;;) {
    const attrs = draw(rng);
    const [rows, columns] = positions(attrs.H, attrs.W, attrs);
    if (rows < 1 || columns < 1) continue;
    const { input, output } = beats(attrs);
    if (Math.max(input, output) > MAX_BEATS || attrs.SIMD > 64) continue;
    const shape = [attrs.H * attrs.W * attrs.C];
    const lanes = isParallel(attrs) ? attrs.C : attrs.SIMD;
    return { kind: 'swg', attrs, inputs: [{ shape, elem: sampleElem(rng), lanes }], consts: {} };
  }
};

function draw(rng: Rng): SwgAttrs {
  const flat = rng.chance(0.2);
  const order = rng.chance(0.35) ? 'depthwise' : 'dense';
  const groups = order === 'dense' ? rng.pick([1, 1, 1, 2, 3]) : 1;
  const attrs: SwgAttrs = {
    H: flat ? 1 : rng.int(1, 8),
    W: rng.int(1, flat ? 20 : 8),
    C: groups * rng.pick([1, 1, 2, 3, 4, 6]),
    kernel: [flat ? 1 : rng.int(1, 5), rng.int(1, 5)],
    stride: [flat ? 1 : rng.int(1, 4), rng.int(1, 4)],
    dilation: [rng.chance(0.7) ? 1 : rng.int(2, 3), rng.chance(0.7) ? 1 : rng.int(2, 3)],
    groups,
    order,
    SIMD: 1,
  };
  const legal = [...divisors(simdSpan(attrs)), taps(attrs) * attrs.C];
  return { ...attrs, SIMD: rng.pick(legal) };
}
