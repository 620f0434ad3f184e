import type { FixedPoint } from './fixed.ts';

export interface ImportOptions {
  /** Fixed-point types for inputs that have no quantiser, by ONNX input name. */
  readonly inputTypes?: { readonly [input: string]: FixedPoint };
  /**
   * softmax(q·kᵀ)·v as one op. `auto` (default): where nothing is quantised behind the softmax; `fused`: also where
   * something is, whose quantiser is then left out; `faithful`: never, it stays two products and a softmax, rounded to
   * 15 fraction bits where no quantiser says more.
   */
  readonly attention?: 'auto' | 'fused' | 'faithful';
}
