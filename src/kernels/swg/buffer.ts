import { type SwgAttrs, type WordGeometry, wordGeometry } from './geometry.ts';

/**
 * The smallest circular buffer, in words, with which the generator has no bubble: its initiation interval is the larger of
 * input beats and output beats, also across frames.
 *
 * Words are written one per cycle, in order; read one per cycle, in the order of the windows, from the cycle after they
 * were written; and freed in order, when the last beat of a window has been read: then everything before the base of the
 * next window. Since writer and reader act as early as they can, the interval is reached as soon as *any* periodic
 * schedule of that interval fits the buffer. One of the two sides is busy in every cycle of it, which fixes that side's
 * schedule; the other follows as close as the data allow:
 *
 * - input beats ≥ output beats: word i is written in cycle i, and windows are read as soon as they are there;
 * - output beats ≥ input beats: beat j is read in cycle j, and words are written as late as its reads allow.
 *
 * The buffer must hold what is written and not yet freed. That is largest just before a window is freed.
 */
export function bufferDepth(a: SwgAttrs): number {
  const g = wordGeometry(a);
  const output = g.rows * g.columns * g.window;
  // No beat of a window runs further ahead of its place in the stream than the last tap's first word.
  const lead = g.reach - (g.window / g.couter - g.cinner);
  const busyReader = output >= g.frame ? depthForBusyReader(g, lead) : Number.POSITIVE_INFINITY;
  const busyWriter = g.frame >= output ? depthForBusyWriter(g, lead) : Number.POSITIVE_INFINITY;
  return Math.min(busyReader, busyWriter);
}

const stepAfter = (g: WordGeometry, row: number, column: number): number => {
  if (column < g.columns - 1) return g.stepPixel;
  return row < g.rows - 1 ? g.stepRow : g.stepFrame;
};

function depthForBusyWriter(g: WordGeometry, lead: number): number {
  let depth = g.reach + g.fold;
  let end = Number.NEGATIVE_INFINITY;
  let base = 0;
  // What a frame leaves unread delays the next one only: reads take no longer than writes. So two frames show all.
  for (let frame = 0; frame < 2; frame++) {
    for (let r = 0; r < g.rows; r++) {
      for (let c = 0; c < g.columns; c++) {
        end = Math.max(end, base + lead) + g.window;
        depth = Math.max(depth, end + 1 - base);
        base += stepAfter(g, r, c);
      }
    }
  }
  return depth;
}

function depthForBusyReader(g: WordGeometry, lead: number): number {
  let depth = g.reach + g.fold;
  const pixels = g.rows * g.columns;
  // Base and first cycle of every window; backwards from the end of the second of two frames.
  let base = 2 * g.frame;
  let start = 2 * pixels * g.window;
  // Over all later windows: how much earlier than "one word per cycle from the start" a word is needed.
  let urgency = base - start;
  for (let frame = 0; frame < 2; frame++) {
    for (let r = g.rows - 1; r >= 0; r--) {
      for (let c = g.columns - 1; c >= 0; c--) {
        base -= stepAfter(g, r, c);
        start -= g.window;
        const lastRead = start + g.window - 1;
        depth = Math.max(depth, urgency + lead + lastRead + 2 - base);
        urgency = Math.max(urgency, base - start);
      }
    }
  }
  return depth;
}
