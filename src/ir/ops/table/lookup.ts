import { invariant } from '../../../diag/diagnostic.ts';
import type { Interval } from '../../../num/elem.ts';
import { type IntArray, valueRange } from '../../../num/tensor.ts';
import type { Const } from '../../graph.ts';
import type { Bounds } from '../../op.ts';
import { channelsOf, mapBounds, rowProblems, rowsOf } from '../rows.ts';

/** `y = table[c][x − offset]`; `table` is `[C or 1, N]`. */
export interface Lookup {
  readonly table: Const;
  readonly offset: number;
}

/** Entries of one row. */
export const entriesOf = (f: Lookup): number => channelsOf(f.table.shape);

/** Sentences about a table for that many channels. */
export function lookupProblems(f: Lookup, channels: number): string[] {
  const problems = rowProblems('table', f.table, 2, channels);
  if (problems.length === 0 && entriesOf(f) === 0) problems.push('table has no entries');
  return problems;
}

/** Looks up a flat array whose innermost axis has `channels` entries. */
export function applyLookup(f: Lookup, x: IntArray, y: IntArray, channels: number): void {
  const n = entriesOf(f);
  const stride = rowsOf(f.table) === 1 ? 0 : n;
  for (let i = 0, c = 0; i < x.length; i++) {
    const index = (x[i] as number) - f.offset;
    invariant(index >= 0 && index < n, `table has no entry for ${x[i]}`);
    y[i] = f.table.data[c * stride + index] as number;
    c = c + 1 === channels ? 0 : c + 1;
  }
}

/** Exact output bounds: the range of the entries that the input can reach. */
export function lookupBounds(f: Lookup, x: Bounds, channels: number): Bounds {
  const n = entriesOf(f);
  return mapBounds(x, rowsOf(f.table), channels, (b, c): Interval => {
    const first = Math.min(Math.max(b.lo - f.offset, 0), n - 1);
    const last = Math.max(Math.min(b.hi - f.offset, n - 1), first);
    return valueRange(f.table.data.subarray(c * n + first, c * n + last + 1));
  });
}
