export type Random = () => number;

/** Uniform numbers in [0, 1), the same for the same seed (xorshift32). */
export function random(seed: number): Random {
  let s = Math.imul(seed + 1, 0x9e3779b9) | 1;
  return () => {
    s ^= s << 13;
    s ^= s >>> 17;
    s ^= s << 5;
    return (s >>> 0) / 2 ** 32;
  };
}

/** Uniform integers of the interval. */
export function randomIntegers(n: number, lo: number, hi: number, seed: number): Int32Array {
  const next = random(seed);
  return Int32Array.from({ length: n }, () => lo + Math.floor(next() * (hi - lo + 1)));
}
