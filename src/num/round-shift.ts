/** Beyond this shift every integer that a double carries exactly rounds to 0. */
const ALL_GONE = 54;

/** `floor((v + 2^(n-1)) / 2^n)`: a right shift that rounds half up; v itself for n = 0. |v| < 2^52. */
export function roundShift(v: number, n: number): number {
  if (n === 0) return v;
  return n >= ALL_GONE ? 0 : Math.floor((v + 2 ** (n - 1)) / 2 ** n);
}
