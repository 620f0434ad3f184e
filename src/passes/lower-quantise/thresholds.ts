import { lastLevel, type Staircase } from '../../num/scalar/staircase.ts';

/** Constants of a `thresholds` node: rows of equal length, ascending, or descending where marked. */
export interface ThresholdRows {
  readonly base: number;
  readonly step: number;
  readonly rows: readonly Float64Array[];
  readonly descending: readonly boolean[];
}

/** Threshold rows equal to the staircases; a single row where all channels have the same. */
export function thresholdRows(stairs: readonly Staircase[], bipolar: boolean): ThresholdRows {
  const base = bipolar ? -1 : Math.min(...stairs.map((s) => s.first));
  const top = bipolar ? 1 : Math.max(...stairs.map(lastLevel));
  // One column at least: a constant has a threshold that nothing passes.
  const levels = Math.max(1, top - base);
  // A bipolar step is two levels at one place: every other entry says it all.
  const step = bipolar ? 2 : 1;
  const rows = stairs.map((s) => rowOf(s, base, levels).filter((_, i) => i % step === 0));
  const descending = stairs.map((s) => s.mirrored);
  const alike = rows.every((r, c) => descending[c] === descending[0] && sameRow(r, rows[0]));
  return alike
    ? { base, step, rows: rows.slice(0, 1), descending: descending.slice(0, 1) }
    : { base, step, rows, descending };
}

/** In u: entries that all values pass, the steps, entries that none passes. In x, a mirrored row falls. */
function rowOf(s: Staircase, base: number, levels: number): Float64Array {
  const row = new Float64Array(levels);
  const always = s.first - base;
  row.fill(s.domain.lo, 0, always);
  row.set(s.steps, always);
  row.fill(s.domain.hi + 1, always + s.steps.length);
  return s.mirrored ? row.map((u) => 0 - u) : row;
}

const sameRow = (a: Float64Array, b: Float64Array | undefined): boolean =>
  b !== undefined && a.every((v, i) => v === b[i]);
