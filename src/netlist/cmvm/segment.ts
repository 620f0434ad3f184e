/**
 * What one position of a carry chain can add for one LUT. Its carry multiplexer is fed by a wire, and its LUT may be any
 * function of that wire and five more: so beside the wire A the chain adds a number G, of which up to three bits are
 * tables of the same five wires. A segment is such a group: five wires in three positions go for three LUTs, where two-term
 * adders take five.
 */
export interface Segment {
  /** Positions that it takes, and LUTs. */
  readonly length: number;
  readonly luts: number;
  /** Wires of each position that it adds, and constant ones. */
  readonly wires: readonly number[];
  readonly ones: readonly number[];
}

const PINS = 5;
const LENGTHS = [1, 2, 3];

/** Counts of each position, up to `most`, in all combinations. */
function* counts(most: readonly number[]): Generator<number[]> {
  if (most.length === 0) {
    yield [];
    return;
  }
  for (const rest of counts(most.slice(1))) for (let n = 0; n <= (most[0] as number); n++) yield [n, ...rest];
}

const weighed = (xs: readonly number[]): number => xs.reduce((sum, x, i) => sum + x * 2 ** i, 0);

/** Every segment that there is; what does not fill its length is a shorter one. */
export const SEGMENTS: readonly Segment[] = LENGTHS.flatMap((length) =>
  [...counts(Array.from({ length }, () => PINS))].flatMap((wires) => {
    if (wires.reduce((a, b) => a + b, 0) > PINS) return [];
    return [...counts(Array.from({ length }, () => 1))].flatMap((ones) => {
      const sum = weighed(wires) + weighed(ones);
      if (sum > 2 ** length - 1 || (length > 1 && sum < 2 ** (length - 1))) return [];
      const pins = wires.reduce((a, b) => a + b, 0);
      return [{ length, luts: pins === 0 ? 0 : length, wires, ones }];
    });
  }),
);

/** Those without a table: at most one wire or constant. */
export const PLAIN: readonly Segment[] = SEGMENTS.filter((s) => s.length === 1);

/** Whether it needs a table: more than a wire or a constant. */
export const isTable = (s: Segment): boolean => s.length > 1;

/** What a segment adds by which of its wires are on, those of the lowest position first: entry Σ wire(k) · 2^k. */
export function sumsOf(segment: Segment): readonly number[] {
  const known = SUMS.get(segment);
  if (known) return known;
  const sums = [weighed(segment.ones)];
  segment.wires.forEach((n, i) => {
    for (let k = 0; k < n; k++) sums.push(...sums.map((sum) => sum + 2 ** i));
  });
  SUMS.set(segment, sums);
  return sums;
}

const SUMS = new Map<Segment, readonly number[]>();
