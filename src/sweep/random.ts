/** A source of uniform numbers in [0, 1): xorshift32 with a multiplicative finish, the same on every machine. */
export function random(seed: number): () => number {
  let state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return ((Math.imul(state, 0x2c1b3c6d) ^ (state >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** `n` different integers below `size`, in random order; all of them where there are no more. */
export function distinct(next: () => number, size: number, n: number): number[] {
  // A sparse Fisher-Yates shuffle: spaces may be far larger than what is drawn.
  const moved = new Map<number, number>();
  return Array.from({ length: Math.min(n, size) }, (_, i) => {
    const j = i + Math.floor(next() * (size - i));
    const drawn = moved.get(j) ?? j;
    moved.set(j, moved.get(i) ?? i);
    return drawn;
  });
}
