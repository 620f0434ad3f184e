import type { Rounding } from './rounding.ts';

/**
 * Exact real-valued functions of one integer, applied element by element: what lies between an accumulator and the
 * next quantiser (scales, biases, batch normalisation, ReLU, clips, roundings).
 *
 * JSON data, so that it can be an attribute: numbers are rationals as text (`-3/8`), one entry or one per channel
 * (last axis of the tensor). The result of the last step is an integer.
 */
export type ScalarStep =
  /** x → a·x + b */
  | { readonly kind: 'affine'; readonly a: readonly string[]; readonly b: readonly string[] }
  /** x → max(x, 0) + slope·min(x, 0); slope 0 is ReLU */
  | { readonly kind: 'leaky'; readonly slope: readonly string[] }
  /** x → min(max(x, lo), hi); null = unbounded */
  | { readonly kind: 'clip'; readonly lo: string | null; readonly hi: string | null }
  /** x → round(min(max(x, lo), hi)), lo and hi integers: QONNX's clamp-then-round */
  | { readonly kind: 'round'; readonly mode: Rounding; readonly lo: number; readonly hi: number }
  /** x → +1 where x ≥ 0, else −1 */
  | { readonly kind: 'sign' }
  /** x → number of thresholds ≤ x: QONNX MultiThreshold; one ascending row, or one per channel */
  | { readonly kind: 'count'; readonly thresholds: readonly (readonly string[])[] }
  /** A transcendental function, evaluated in double precision: `sigmoid`, `tanh`, … Tables only. */
  | { readonly kind: 'function'; readonly name: string };

export type ScalarSteps = readonly ScalarStep[];
