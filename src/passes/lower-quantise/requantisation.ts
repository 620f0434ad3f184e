import type { Ties } from '../../num/shift.ts';

/** Products and sums that the hardware carries. */
export const MAX_SUM = 1n << 61n;
/** Bits that it drops. */
export const MAX_SHIFT = 48;

/** y = min(max(⌊(x·mul + add) / 2^shift⌋, lo), hi), with ties as told; one entry of mul and add, or one per channel. */
export interface Requantisation {
  readonly mul: readonly number[];
  readonly add: readonly number[];
  readonly shift: number;
  readonly ties: Ties;
  readonly lo: number;
  readonly hi: number;
}
