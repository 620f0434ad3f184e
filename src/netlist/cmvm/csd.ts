/** A digit ±2^shift. */
export interface Digit {
  readonly shift: number;
  readonly sign: 1 | -1;
}

/**
 * The canonical signed digits of an integer, lowest first: no two are neighbours, so none has fewer of them.
 * |w| < 2^30.
 */
export function signedDigits(w: number): Digit[] {
  const out: Digit[] = [];
  let rest = Math.abs(w);
  const flip = w < 0 ? -1 : 1;
  for (let shift = 0; rest > 0; shift++) {
    if (rest & 1) {
      const up = (rest & 3) === 3;
      out.push({ shift, sign: up ? (-flip as 1 | -1) : flip });
      rest += up ? 1 : -1;
    }
    rest /= 2;
  }
  return out;
}

/** Non-zero canonical signed digits of an integer below 2^30 in magnitude: those bits in which w and 3w differ. */
export function digitsOf(w: number): number {
  const a = Math.abs(w);
  let bits = (3 * a) ^ a;
  // 3a has 32 bits: what is above them is the highest digit.
  let n = 3 * a >= 2 ** 32 ? 1 : 0;
  for (; bits !== 0; bits &= bits - 1) n++;
  return n;
}
