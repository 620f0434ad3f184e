/** Rows on which the error of a designed op is measured: random ones of every spread, and those that are hard. */
import type { Interval } from '../../num/elem.ts';
import type { IntTensor } from '../../num/tensor.ts';

const ROWS_PER_FRAME = 64;

/** A small fixed sequence of numbers in [0, 1): the same rows on every machine (mulberry32). */
function sequence(seed: number): () => number {
  let s = seed >>> 0;
  return () => {
    s = (s + 0x6d2b79f5) >>> 0;
    let t = s;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How one row is filled: `at(i)` of `length` elements, as a position in the range of the inputs, 0 to 1. */
type Shape = (next: () => number, length: number) => (i: number) => number;

/** Uniform numbers around a random centre, within a random number of octaves. */
const around: Shape = (next) => {
  const centre = next();
  const spread = 2 ** (-14 * next());
  return () => centre + spread * (next() - 0.5);
};

/** The sum of four uniform numbers is close to a normal one. */
const bell: Shape = (next) => {
  const spread = 2 ** (-10 * next());
  return () => 0.5 + spread * (next() + next() + next() + next() - 2);
};

const rising: Shape = (next, length) => {
  const span = 2 ** (-8 * next());
  return (i) => 0.5 + span * (i / Math.max(1, length - 1) - 0.5);
};

const SHAPES: readonly Shape[] = [
  around,
  bell,
  rising,
  (next, length) => {
    const up = rising(next, length);
    return (i) => up(length - 1 - i);
  },
  // All equal.
  (next) => {
    const v = next();
    return () => v;
  },
  // One apart from all others.
  (next, length) => {
    const [v, other, place] = [next(), next(), Math.floor(next() * length)];
    return (i) => (i === place ? other : v);
  },
  // Both ends of the range.
  (next) => {
    const part = next();
    return () => (next() < part ? 0 : 1);
  },
];

/** `rows` rows of `length` integers in the range, in frames. */
export function* rowProbes(
  length: number,
  { lo, hi }: Interval,
  rows = rowsFor(length),
  seed = 1,
): Iterable<readonly IntTensor[]> {
  const next = sequence(seed);
  for (let done = 0; done < rows; done += ROWS_PER_FRAME) {
    const count = Math.min(ROWS_PER_FRAME, rows - done);
    const data = new Float64Array(count * length);
    for (let r = 0; r < count; r++) {
      const shape = SHAPES[(done + r) % SHAPES.length] as Shape;
      const at = shape(next, length);
      for (let i = 0; i < length; i++) {
        data[r * length + i] = Math.min(hi, Math.max(lo, lo + Math.round(at(i) * (hi - lo))));
      }
    }
    yield [{ shape: [count, length], data }];
  }
}

/** Some 2^18 elements, and at least a hundred rows. */
const rowsFor = (length: number): number => Math.max(100, Math.ceil(2 ** 18 / length));
