import { type Pair, positions, type Sliding } from '../../ir/ops/window/geometry.ts';

/**
 * A sliding-window generator over a stream of `[H, W, C]` images.
 *
 * `order`: `dense` streams a window as `(groups, kh, kw, C / groups)`; `depthwise` as `(C / SIMD, kh, kw, SIMD)`: all
 * positions of one channel fold, then the next fold. SIMD = kh·kw·C is the parallel mode: a window per beat.
 */
export type SwgAttrs = {
  readonly H: number;
  readonly W: number;
  readonly C: number;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly groups: number;
  readonly order: 'dense' | 'depthwise';
  readonly SIMD: number;
};

export const taps = (a: SwgAttrs): number => a.kernel[0] * a.kernel[1];

/** A whole window per beat, from a shift register, instead of SIMD channels per beat from a buffer. */
export const isParallel = (a: SwgAttrs): boolean => a.SIMD === taps(a) * a.C;

/** Groups of channels that are streamed one after another within a window. */
export function streamGroups(a: SwgAttrs): number {
  if (a.order === 'dense') return a.groups;
  return isParallel(a) ? 1 : a.C / a.SIMD;
}

/** Channels that a beat of the sequential mode may hold: they must be neighbours in the stream order. */
export const simdSpan = (a: SwgAttrs): number => (a.order === 'dense' ? a.C / a.groups : a.C);

/** Output positions: rows, columns. */
export const outputSize = (a: SwgAttrs): Pair => positions(a.H, a.W, a satisfies Sliding);

/** Beats per frame of the two streams. */
export function beats(a: SwgAttrs): { readonly input: number; readonly output: number } {
  const [oh, ow] = outputSize(a);
  if (isParallel(a)) return { input: a.H * a.W, output: oh * ow };
  const fold = a.C / a.SIMD;
  return { input: a.H * a.W * fold, output: oh * ow * taps(a) * fold };
}

/**
 * The sequential mode in words (beats of SIMD channels): word `(h·W + w)·fold + f` of a frame is channel fold f of pixel
 * (h, w). Words are read in the loop nest
 * `for oh, ow: for outer < couter: for kh, kw: for inner < cinner`, and `word = base(oh, ow) + offset(outer, kh, kw, inner)`.
 */
export interface WordGeometry {
  /** Words per pixel: C / SIMD = couter · cinner. */
  readonly fold: number;
  readonly couter: number;
  readonly cinner: number;
  /** Words per frame. */
  readonly frame: number;
  /** Words read per output pixel. */
  readonly window: number;
  /** Offset of the last pixel of a window. */
  readonly reach: number;
  readonly rows: number;
  readonly columns: number;
  /** How far the base moves after a pixel, after the last pixel of a row, after the last pixel of a frame. */
  readonly stepPixel: number;
  readonly stepRow: number;
  readonly stepFrame: number;
}

export function wordGeometry(a: SwgAttrs): WordGeometry {
  const [rows, columns] = outputSize(a);
  const [kh, kw] = a.kernel;
  const fold = a.C / a.SIMD;
  const couter = streamGroups(a);
  const frame = a.H * a.W * fold;
  const rowAdvance = a.stride[0] * a.W * fold;
  const columnAdvance = a.stride[1] * fold;
  const lastColumn = (columns - 1) * columnAdvance;
  return {
    fold,
    couter,
    cinner: fold / couter,
    frame,
    window: kh * kw * fold,
    reach: ((kh - 1) * a.dilation[0] * a.W + (kw - 1) * a.dilation[1]) * fold,
    rows,
    columns,
    stepPixel: columnAdvance,
    stepRow: rowAdvance - lastColumn,
    stepFrame: frame - (rows - 1) * rowAdvance - lastColumn,
  };
}

/** Offset of every beat of a window from its base, in stream order. */
export function windowOffsets(a: SwgAttrs, g: WordGeometry): Int32Array {
  const out = new Int32Array(g.window);
  let n = 0;
  for (let outer = 0; outer < g.couter; outer++) {
    for (let i = 0; i < a.kernel[0]; i++) {
      for (let j = 0; j < a.kernel[1]; j++) {
        const pixel = (i * a.dilation[0] * a.W + j * a.dilation[1]) * g.fold;
        for (let inner = 0; inner < g.cinner; inner++) out[n++] = pixel + outer * g.cinner + inner;
      }
    }
  }
  return out;
}
