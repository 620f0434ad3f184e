/** How the largest magnitude that a quantiser still represents is chosen. */
export const RANGES = ['minmax', 'percentile', 'mse'] as const;
export type RangeMethod = (typeof RANGES)[number];

/** Share of the magnitudes that `percentile` keeps. */
const KEPT = 0.9999;

/** Numbers over which the error of a clip is measured; evenly spaced of the sorted magnitudes. */
const PROBES = 4096;

/** Clips that `mse` tries, as shares of the largest magnitude. */
const CLIPS = Array.from({ length: 50 }, (_, i) => 1 - i / 50);

/** Integers of a quantiser without zero point: unsigned 0 … 2^b − 1, or signed ±(2^(b−1) − 1). */
export interface Codes {
  readonly bits: number;
  readonly signed: boolean;
}

/** The largest code: also how many steps the clip is away from zero. */
export const largestCode = ({ bits, signed }: Codes): number => 2 ** (signed ? bits - 1 : bits) - 1;

/** Mean squared error of rounding magnitudes to multiples of clip / steps, saturating at the clip. */
function squaredError(magnitudes: ArrayLike<number>, clip: number, steps: number): number {
  const scale = clip / steps;
  let sum = 0;
  for (let i = 0; i < magnitudes.length; i++) {
    const x = magnitudes[i] as number;
    const e = Math.min(Math.round(x / scale), steps) * scale - x;
    sum += e * e;
  }
  return sum / Math.max(1, magnitudes.length);
}

/**
 * The step of a quantiser for values with these magnitudes, sorted upwards. Whole numbers that fit are their own codes: the step is
 * 1 (for zeros too, where no step is right or wrong).
 *
 * - `minmax`: nothing saturates.
 * - `percentile`: all but the largest 0.01 % are represented.
 * - `mse`: of 50 clips evenly spaced below the largest magnitude, the one with the least mean squared error.
 */
export function stepOf(sorted: Float64Array, codes: Codes, method: RangeMethod): number {
  const largest = sorted.at(-1) ?? 0;
  const steps = largestCode(codes);
  if (largest <= steps && sorted.every(Number.isInteger)) return 1;
  return clipOf(sorted, largest, steps, method) / steps;
}

function clipOf(sorted: Float64Array, largest: number, steps: number, method: RangeMethod): number {
  if (method === 'minmax') return largest;
  if (method === 'percentile') return sorted[Math.floor((sorted.length - 1) * KEPT)] || largest;
  const probes = thinned(sorted, PROBES);
  let best = { clip: largest, error: Number.POSITIVE_INFINITY };
  for (const share of CLIPS) {
    const error = squaredError(probes, largest * share, steps);
    if (error < best.error) best = { clip: largest * share, error };
  }
  return best.clip;
}

/** At most `n` of the sorted numbers, evenly spaced; the largest always. */
export function thinned(sorted: Float64Array, n: number): Float64Array {
  if (sorted.length <= n) return sorted;
  return Float64Array.from({ length: n }, (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (n - 1))] as number);
}

/** Magnitudes, sorted upwards. */
export const magnitudes = (values: Float64Array): Float64Array => values.map(Math.abs).sort();
