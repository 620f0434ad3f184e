import type { Interval } from '../../num/elem.ts';
import type { Const } from '../graph.ts';
import { type Bounds, hull } from '../op.ts';

/** Constants with one row per channel (last axis) or one row for all: `[C, …]` or `[1, …]`. */
export const rowsOf = (c: Const): number => c.shape[0] ?? 1;

/** The size of the last axis: the number of channels. */
export const channelsOf = (shape: readonly number[]): number => shape[shape.length - 1] ?? 1;

/** Why a constant's first axis does not fit `channels`; empty when it does. */
export function rowProblems(role: string, c: Const | undefined, rank: number, channels: number): string[] {
  if (!c) return [];
  if (c.shape.length !== rank) return [`${role} has ${c.shape.length} axes, not ${rank}`];
  const rows = rowsOf(c);
  return rows === 1 || rows === channels ? [] : [`${role} has ${rows} rows for ${channels} channels`];
}

/** Entry of channel `c` of a constant `[C]` or `[1]`. */
export function atRow(k: Const, channel: number): number {
  return k.data[k.data.length === 1 ? 0 : channel] as number;
}

/**
 * Bounds spread over `channels`. Bounds repeat with their own length as period (a flat stream of pixels keeps the
 * bounds of its channels); periods that do not fit each other fall back to the hull.
 */
export function spreadBounds(b: Bounds, channels: number): readonly Interval[] {
  if (b.length === channels) return b;
  if (b.length > 0 && channels % b.length === 0) {
    return Array.from({ length: channels }, (_, c) => b[c % b.length] as Interval);
  }
  if (b.length % channels === 0) {
    return Array.from({ length: channels }, (_, c) => hull(b.filter((_x, i) => i % channels === c)));
  }
  return Array.from({ length: channels }, () => hull(b));
}

/** Applies `f` to the bounds of each channel; a single result when nothing depends on the channel. */
export function mapBounds(b: Bounds, rows: number, channels: number, f: (x: Interval, c: number) => Interval): Bounds {
  if (rows === 1) return b.map((x) => f(x, 0));
  return spreadBounds(b, channels).map(f);
}
