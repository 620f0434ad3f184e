import type { Point } from '../space.ts';

/** A design to measure, on a share of the samples. */
export interface Candidate {
  readonly point: Point;
  /** 1, or less where few samples are to tell whether more are worth it. */
  readonly share: number;
}

/** The figures of a candidate, in the order of the objectives; undefined where the design was refused. */
export type Outcome = readonly number[] | undefined;

/**
 * Proposes candidates in batches and is told what came of each batch. It knows nothing else: the same sweep tries the same
 * designs, in whatever order the jobs of a batch end and however often it is started.
 */
export type Search = Generator<readonly Candidate[], void, readonly Outcome[]>;
