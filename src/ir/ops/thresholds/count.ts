import type { IntArray } from '../../../num/tensor.ts';
import type { Const } from '../../graph.ts';
import { atRow } from '../rows.ts';

/** The step functions of all channels: `y = base + step · #{t : x ≥ thresholds[c][t]}` (`≤` where descending). */
export interface StepFunctions {
  /** `[C or 1, T]`, ascending rows; descending rows where `descending` says so. */
  readonly thresholds: Const;
  /** `[C or 1]` of 0 and 1; absent = all ascending. */
  readonly descending: Const | undefined;
  readonly base: number;
  readonly step: number;
}

/** Rows up to this length are counted by a scan, which beats a binary search there. */
const SCAN_LIMIT = 6;

/** The value of one channel's step function. */
export function stepAt(f: StepFunctions, x: number, channel: number): number {
  const { data } = f.thresholds;
  const steps = f.thresholds.shape[1] ?? 0;
  const row = f.thresholds.shape[0] === 1 ? 0 : channel * steps;
  const down = f.descending !== undefined && atRow(f.descending, channel) === 1;
  return f.base + f.step * (steps <= SCAN_LIMIT ? scan : search)(data, row, steps, x, down);
}

/** Applies the step functions to a flat array whose innermost axis has `channels` entries. */
export function applySteps(f: StepFunctions, x: IntArray, y: IntArray, channels: number): void {
  for (let i = 0, c = 0; i < x.length; i++) {
    y[i] = stepAt(f, x[i] as number, c);
    c = c + 1 === channels ? 0 : c + 1;
  }
}

function scan(t: IntArray, row: number, steps: number, x: number, down: boolean): number {
  let n = 0;
  for (let k = row; k < row + steps; k++) if (down ? x <= (t[k] as number) : x >= (t[k] as number)) n++;
  return n;
}

/** The rows are sorted, so what counts is a prefix: finds its end. */
function search(t: IntArray, row: number, steps: number, x: number, down: boolean): number {
  let lo = 0;
  let hi = steps;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    const v = t[row + mid] as number;
    if (down ? x <= v : x >= v) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

/** Sentences about rows that are out of order. */
export function orderProblems(f: StepFunctions): string[] {
  const [rows = 0, steps = 0] = f.thresholds.shape;
  const { data } = f.thresholds;
  const out: string[] = [];
  for (let c = 0; c < rows; c++) {
    const down = f.descending !== undefined && atRow(f.descending, c) === 1;
    for (let k = c * steps + 1; k < (c + 1) * steps; k++) {
      const rises = (data[k] as number) - (data[k - 1] as number);
      if (down ? rises > 0 : rises < 0) {
        out.push(`the thresholds of channel ${c} are not ${down ? 'descending' : 'ascending'}`);
        break;
      }
    }
  }
  return out;
}
