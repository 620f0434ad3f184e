/** The bytes that the experts kernel reads: expert after expert, word after word, each word in whole beats. */

import type { Const } from '../../ir/graph.ts';
import { atExpert, type Mixture } from '../../ir/ops/experts/mixture.ts';
import { toBits } from '../../num/elem.ts';
import { putBits } from '../memory.ts';
import { type Ctx, foldsOf, imageBytes, layoutOf, mixture, type Part, type Region, widthsOf } from './sizes.ts';

/** One word as fields from the least significant bit on: patterns and their widths. */
type Fields = (word: number, put: (pattern: number, bits: number) => void) => void;

/**
 * Per expert: part `up`, then part `down`, each at a multiple of the burst. Word w of the weights holds the slot w of a
 * job: of `up`, PE rows (hidden channels) by SIMD columns, of `down`, SIMD rows by PE columns, row by row, rows of one
 * fold first. Behind the weights of `up`, per fold of the hidden channels, PE pairs (mul, add); behind those of `down`,
 * where there is a bias, per fold of the channels, SIMD biases.
 */
export function expertsImage(ctx: Ctx): Uint8Array {
  const bytes = new Uint8Array(imageBytes(ctx));
  const { up, down, stride } = layoutOf(ctx);
  const { experts } = foldsOf(ctx);
  for (let e = 0; e < experts; e++) {
    const begin = e * stride;
    writePart(bytes, begin, ctx.attrs.beat, up, [upWeights(ctx, e), scales(ctx, e)]);
    const after = begin + (up.span * ctx.attrs.beat) / 8;
    writePart(bytes, after, ctx.attrs.beat, down, [downWeights(ctx, e), biases(ctx, e)]);
  }
  return bytes;
}

function writePart(
  bytes: Uint8Array,
  at: number,
  beat: number,
  { regions }: Part,
  fields: readonly [Fields, Fields],
): void {
  let byte = at;
  regions.forEach((region: Region, i) => {
    for (let w = 0; w < region.words; w++) {
      let bit = byte * 8;
      (fields[i] as Fields)(w, (pattern, bits) => {
        putBits(bytes, bit, bits, pattern);
        bit += bits;
      });
      byte += (region.slices * beat) / 8;
    }
  });
}

const weightsOf =
  (w: Const, base: number, columns: number, rows: number, cols: number): Fields =>
  (word, put) => {
    const folds = columns / cols;
    const [row, col] = [Math.floor(word / folds) * rows, (word % folds) * cols];
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < cols; c++) {
        put(toBits(w.elem, w.data[base + (row + r) * columns + col + c] as number), w.elem.bits);
      }
    }
  };

function upWeights(ctx: Ctx, e: number): Fields {
  const { hidden, width } = foldsOf(ctx);
  return weightsOf(mixture(ctx).up, e * hidden * width, width, ctx.attrs.PE, ctx.attrs.SIMD);
}

function downWeights(ctx: Ctx, e: number): Fields {
  const { hidden, width } = foldsOf(ctx);
  return weightsOf(mixture(ctx).down, e * hidden * width, hidden, ctx.attrs.SIMD, ctx.attrs.PE);
}

const signed = (v: number, bits: number): number => (v < 0 ? v + 2 ** bits : v);

function scales(ctx: Ctx, e: number): Fields {
  const m: Mixture = mixture(ctx);
  const { mul, add } = widthsOf(ctx);
  return (word, put) => {
    for (let p = 0; p < ctx.attrs.PE; p++) {
      const h = word * ctx.attrs.PE + p;
      put(signed(atExpert(m.mul, e, h), mul), mul);
      put(signed(atExpert(m.add, e, h), add), add);
    }
  };
}

function biases(ctx: Ctx, e: number): Fields {
  const { bias } = mixture(ctx);
  const bits = widthsOf(ctx).bias;
  const { width } = foldsOf(ctx);
  return (word, put) => {
    for (let s = 0; s < ctx.attrs.SIMD; s++) {
      put(signed(bias?.data[e * width + word * ctx.attrs.SIMD + s] as number, bits), bits);
    }
  };
}
