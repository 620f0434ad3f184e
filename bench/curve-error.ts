import { type CurveTask, curveAt, designCurve } from '../src/ir/ops/curve/design.ts';
import type { CurveName } from '../src/ir/ops/curve/functions.ts';
import type { Row } from './bench.ts';

const LIMITS = { lo: -(2 ** 31), hi: 2 ** 31 - 1 };

/** 16-bit inputs of 2^−12: all of [−8, 8). */
const wide = (name: CurveName, fraction: number): CurveTask => ({
  name,
  scale: 2 ** -12,
  fraction,
  x: { lo: -(2 ** 15), hi: name === 'exp' ? 0 : 2 ** 15 - 1 },
  y: LIMITS,
});

/** Straight segments on the curve of GELU are off by h²·max|f″|/8 = h²·(2/√(2π))/8. */
const CHORDS = 2 / Math.sqrt(2 * Math.PI) / 8;

/** Tables of GELU in given steps, with so many fraction bits that only the segments count; all 65,536 inputs. */
function steps(): Row[] {
  return [4, 5, 6].flatMap((octave) => {
    const fraction = 20;
    const made = curveAt(wide('gelu', fraction), 12 - octave, 4, 2 ** -8);
    if (!made) return [];
    const what = `GELU in steps of 1/${2 ** octave}`;
    return [
      {
        what,
        value: made.error * 2 ** -fraction * 1e6,
        unit: '·10⁻⁶ at most',
        against: { what: 'of chords on the curve', ratio: made.error / 2 ** fraction / (CHORDS * 4 ** -octave) },
      },
      { what, value: made.table.data.length, unit: 'entries' },
    ];
  });
}

/** What the design chooses for a bound, in units of an 8-bit fraction. */
function chosen(): Row[] {
  return (['gelu', 'silu', 'sigmoid', 'tanh', 'exp', 'erf'] as const).flatMap((name) =>
    [0.5, 0.25, 0.1].flatMap((lsb) => {
      const made = designCurve(wide(name, 8), lsb);
      if (!made) return [];
      const what = `${name} within ${lsb} LSB of 2⁻⁸`;
      const bits = made.table.data.length * made.table.elem.bits;
      return [
        {
          what,
          value: made.error,
          unit: 'LSB before rounding',
          against: { what: 'of the bound', ratio: made.error / lsb },
        },
        { what, value: bits, unit: `bits in ${made.table.data.length} entries` },
      ];
    }),
  );
}

export const curveRows = (): Row[] => [...steps(), ...chosen()];
