import { bitLength } from '../../num/elem.ts';
import type { Fabric } from '../devices.ts';
import type { CostTerms } from '../kernel.ts';
import { ramTerms } from '../memory-terms.ts';
import { bufferDepth } from './buffer.ts';
import { isParallel, type SwgAttrs, wordGeometry } from './geometry.ts';

/** What a generator of elements of `bits` bits is made of. */
export function swgTerms(a: SwgAttrs, bits: number, fabric: Fabric): CostTerms {
  return isParallel(a) ? parallelTerms(a, bits, fabric) : sequentialTerms(a, bits, fabric);
}

const countersOf = (lengths: readonly number[]): number => lengths.reduce((n, l) => n + bitLength(l - 1), 0);

function sequentialTerms(a: SwgAttrs, bits: number, fabric: Fabric): CostTerms {
  const g = wordGeometry(a);
  const depth = bufferDepth(a);
  const buffer = ramTerms(depth, a.SIMD * bits, fabric);
  const address = depth > 1 ? bitLength(depth - 1) : 1;
  // How far apart reader and writer may be, as the Verilog bounds it.
  const span =
    bitLength(depth + g.stepPixel + g.stepRow + g.stepFrame + (a.dilation[1] + a.dilation[0] * a.W) * g.fold) + 1;
  const loops = [g.cinner, a.kernel[1], a.kernel[0], g.couter, g.columns, g.rows];
  const counters = countersOf(loops);
  return {
    lut: {
      buffer: buffer.lut,
      'buffer choice': buffer.choice,
      'buffer block': buffer.block,
      distances: span,
      addresses: address,
      counters,
      loops: loops.filter((l) => l > 1).length,
      fixed: 1,
    },
    ff: {
      buffer: buffer.ff,
      distances: 2 * span,
      addresses: 2 * address,
      counters,
      fixed: 1,
    },
    dsp: 0,
    bram: buffer.bram,
  };
}

function parallelTerms(a: SwgAttrs, bits: number, fabric: Fabric): CostTerms {
  const pixel = a.C * bits;
  const length = a.dilation[0] * a.W;
  // A row's delay line: a memory and its read register; just that register for a single pixel.
  const line = ramTerms(length > 1 ? length - 1 : 0, pixel, fabric);
  const lines = a.kernel[0] - 1;
  const shift = a.kernel[0] * ((a.kernel[1] - 1) * a.dilation[1] + 1) * pixel;
  const counters = countersOf([a.H, a.W, a.H, a.W]);
  return {
    lut: { 'row memory': lines * line.lut, 'row counters': lines * bitLength(length), counters, 'parallel fixed': 1 },
    ff: {
      'row memory': lines * line.ff,
      'row counters': lines * bitLength(length),
      window: shift,
      counters,
      'parallel fixed': 1,
    },
    dsp: 0,
    bram: lines * line.bram,
  };
}
