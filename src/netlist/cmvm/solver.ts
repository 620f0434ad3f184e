/**
 * Work of the optimiser that depends on nothing else: plain data in and out, so that several pieces may be done at once, on other
 * threads. Which thread does what changes no result.
 */
import type { Interval } from '../../num/elem.ts';
import type { Netlist } from '../netlist.ts';
import type { Matrix, ShareOptions } from './share.ts';
import type { Term } from './terms.ts';
import type { Shared } from './values.ts';

/** Two-term sums that the rows of a matrix share. */
export interface ShareTask {
  readonly matrix: Matrix;
  /** hi − lo of each input, and levels before it. */
  readonly spans: readonly number[];
  readonly depths: readonly number[];
  readonly options: ShareOptions;
}

export interface SharedSums {
  readonly shared: readonly Shared[];
  /** What each row is the sum of. */
  readonly rows: readonly (readonly Term[])[];
}

/** A way to build a product: of shared sums, or as two products one behind the other. */
export type Way =
  | { readonly kind: 'shared'; readonly options: ShareOptions; readonly blocks: number }
  | { readonly kind: 'staged'; readonly stages: readonly [Matrix, Matrix]; readonly ways: readonly ShareOptions[] };

/** y = W · x + bias. */
export interface Product {
  readonly matrix: Matrix;
  readonly bias: readonly number[];
  /** Levels that the outputs may take beyond the fewest, to save LUTs. */
  readonly slack: number;
}

/** A product built by one way, to see what comes out. */
export interface Trial extends Product {
  readonly inputs: readonly { readonly range: Interval; readonly zeros: number; readonly level: number }[];
  readonly way: Way;
}

/** Results in the order of the tasks. */
export interface Solver {
  shares(tasks: readonly ShareTask[]): SharedSums[];
  /** Netlists with the inputs and outputs of each product. */
  trials(tasks: readonly Trial[]): Netlist[];
}
