import { rowMoments } from '../src/ir/ops/layernorm/moments.ts';
import { applyNorm, designNorm } from '../src/ir/ops/layernorm/norm.ts';
import type { Row } from './bench.ts';
import { random } from './random.ts';

const ROWS = 5000;
const LENGTH = 192;
/** 16-bit inputs of 2^−12, so that 0.1 is some 410 units. */
const SCALE = 2 ** -12;
const EPSILON = 1e-5;
const FRACTION = 14;

/** Rows of real values around `mean`, with the standard deviation `spread`. */
function errorOf(mean: number, spread: number, center: boolean, lsb: number): { largest: number; note: string } {
  const limit = Math.ceil(2 ** FRACTION * Math.sqrt(LENGTH));
  const found = designNorm({ C: LENGTH, scale: SCALE, epsilon: EPSILON, fraction: FRACTION, center, limit }, lsb);
  if (!found) throw new Error('no design');
  const { design, table } = found;
  const next = random(3);
  const x = new Int32Array(LENGTH);
  const y = new Int32Array(LENGTH);
  let largest = 0;
  for (let row = 0; row < ROWS; row++) {
    for (let i = 0; i < LENGTH; i++) {
      // Twelve uniform numbers: close to a normal one of deviation 1.
      let v = -6;
      for (let k = 0; k < 12; k++) v += next();
      x[i] = Math.min(2 ** 15 - 1, Math.max(-(2 ** 15), Math.round((mean + spread * v) / SCALE)));
    }
    applyNorm(design, table, x, y, 0, LENGTH);
    const { sum, spread: w } = rowMoments(x, 0, LENGTH, center);
    const root = Math.sqrt(Number(w) + (LENGTH * LENGTH * EPSILON) / SCALE ** 2);
    for (let i = 0; i < LENGTH; i++) {
      const exact = (LENGTH * (x[i] as number) - sum) / root;
      largest = Math.max(largest, Math.abs((y[i] as number) / 2 ** FRACTION - exact));
    }
  }
  return { largest, note: `${table.length} guesses of ${design.guess} bits, root of ${design.result}` };
}

/** Mean and spread of the inputs; `scale` names the row. */
const INPUTS = [
  ['inputs of unit scale', 0, 1],
  ['inputs near 0.1', 0, 0.1],
  ['inputs of 0.1 ± 0.002', 0.1, 0.002],
  ['inputs of 7 ± 0.002', 7, 0.002],
] as const;

export function normRows(): Row[] {
  return [true, false].flatMap((center) =>
    [0.5, 0.1].flatMap((lsb) =>
      INPUTS.map(([what, mean, spread]) => {
        const { largest, note } = errorOf(mean, spread, center, lsb);
        const bound = (0.5 + lsb) * 2 ** -FRACTION;
        return {
          what: `${center ? 'layernorm' : 'RMSNorm'}, ${what}, within ${lsb} LSB of 2⁻¹⁴: ${note}`,
          value: largest * 1e6,
          unit: '·10⁻⁶ at most',
          against: { what: 'of rounding and bound', ratio: largest / bound },
        };
      }),
    ),
  );
}
