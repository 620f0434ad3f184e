/** Reproducible random numbers and test vectors. */

export interface Random {
  /** An integer in [0, limit). */
  below(limit: number): number;
  pick<T>(list: readonly [T, ...T[]]): T;
  bits(width: number): bigint;
  /** As `bits`, but often 0, all ones, the sign bit alone, or a small number. */
  corner(width: number): bigint;
}

export function randomFrom(seed: number): Random {
  let state = seed >>> 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const below = (limit: number): number => next() % limit;
  const bits = (width: number): bigint => {
    let value = 0n;
    for (let at = 0; at < width; at += 32) value |= BigInt(next()) << BigInt(at);
    return BigInt.asUintN(width, value);
  };
  return {
    below,
    bits,
    pick: (list) => list[below(list.length)] ?? list[0],
    corner: (width) => {
      const kind = below(8);
      if (kind === 0) return 0n;
      if (kind === 1) return (1n << BigInt(width)) - 1n;
      if (kind === 2) return 1n << BigInt(width - 1);
      if (kind === 3) return BigInt.asUintN(width, BigInt(below(200)));
      return bits(width);
    },
  };
}
