/** y = min(max(⌊(x·mul + add) / 2^shift⌋, lo), hi); one entry of mul and add, or one per channel. */
export interface Requantisation {
  readonly mul: readonly number[];
  readonly add: readonly number[];
  readonly shift: number;
  readonly lo: number;
  readonly hi: number;
}
