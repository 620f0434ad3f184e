import { bitLength } from '../../num/elem.ts';
import type { Cost } from '../kernel.ts';
import { addCosts, counterCost, memoryCost } from '../memcost.ts';
import { bufferDepth } from './buffer.ts';
import { isParallel, type SwgAttrs, wordGeometry } from './geometry.ts';

/** Estimated resources for elements of `bits` bits. */
export function swgCost(a: SwgAttrs, bits: number): Cost {
  return isParallel(a) ? parallelCost(a, bits) : sequentialCost(a, bits);
}

function sequentialCost(a: SwgAttrs, bits: number): Cost {
  const g = wordGeometry(a);
  const depth = bufferDepth(a);
  const address = bitLength(depth - 1);
  const span = bitLength(depth + g.stepPixel + g.stepRow + g.stepFrame) + 1;
  const loops = [g.cinner, a.kernel[1], a.kernel[0], g.couter, g.columns, g.rows];
  // Two counters with an adder and the choice of a move; two addresses, one of them with an adder and a wrap.
  const control: Cost = { lut: 5 * span + 4 * address + 4, ff: 2 * span + 2 * address + 1, dsp: 0, bram: 0 };
  return addCosts(memoryCost(depth, a.SIMD * bits), control, ...loops.map(counterCost));
}

function parallelCost(a: SwgAttrs, bits: number): Cost {
  const pixel = a.C * bits;
  const length = a.dilation[0] * a.W;
  // A row's delay line: a memory and its read register; just that register for a single pixel.
  const line = length > 1 ? addCosts(memoryCost(length - 1, pixel), counterCost(length)) : memoryCost(0, pixel);
  const lines = Array.from({ length: a.kernel[0] - 1 }, () => line);
  const shift = a.kernel[0] * ((a.kernel[1] - 1) * a.dilation[1] + 1) * pixel;
  const control = addCosts(counterCost(a.H), counterCost(a.W), counterCost(a.H), counterCost(a.W));
  return addCosts(...lines, control, { lut: 4, ff: shift + 1, dsp: 0, bram: 0 });
}
