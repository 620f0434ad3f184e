import type { IntegerWeights } from './consts.ts';
import type { Stream } from './values.ts';

/** A product of a stream with one matrix for each expert, remembered by the value of its result `[N, E·M]`. */
export interface Batched {
  readonly x: Stream;
  /** `[E·M, K]`. */
  readonly weights: IntegerWeights;
  readonly experts: number;
  readonly rows: number;
  readonly cols: number;
}
