/** The Verilog of divisions and rounding shifts, on all values of a few bits. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { iverilog, vvp } from '../../src/tools/icarus.ts';
import { hasIcarus } from '../tools.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const LIBRARY = ['divide', 'round_shift'].map((f) => path(`../../templates/verilog/lib/sluice_${f}.v`));

/** Bits of numerator, divisor and quotient. */
const DIVISIONS = [
  [6, 4, 3],
  [6, 4, 6],
  [3, 7, 1],
  [8, 1, 8],
  [9, 3, 7],
  [1, 1, 1],
] as const;

/** Signed, bits of the value, bits of the shift. */
const SHIFTS = [
  [1, 6, 4],
  [0, 6, 4],
  [1, 1, 2],
  [0, 1, 2],
  [1, 9, 1],
  [0, 5, 3],
] as const;

/** Numerators below divisor · 2^quotientBits, counted by hand. */
const fitting = ([n, d, q]: readonly [number, number, number]): number => {
  let count = 0;
  for (let x = 0; x < 2 ** n; x++) for (let y = 0; y < 2 ** d; y++) if (x < y * 2 ** q) count++;
  return count;
};

it.skipIf(!hasIcarus)('is exact for all values', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-arithmetic-'));
  try {
    const probes = [
      ...DIVISIONS.map(([n, d, q], i) => `divide_probe #(.N_BITS(${n}), .D_BITS(${d}), .Q_BITS(${q})) divide${i} ();`),
      ...SHIFTS.map(([s, x, n], i) => `round_shift_probe #(.SIGNED(${s}), .BITS(${x}), .N_BITS(${n})) shift${i} ();`),
    ];
    await writeFile(join(dir, 'top.v'), ['module top;', ...probes, 'endmodule', ''].join('\n'));
    await iverilog(['-g2005', '-o', 'top', '-s', 'top', 'top.v', path('arithmetic.v'), ...LIBRARY], dir);
    const { stdout } = await vvp(['-n', 'top'], dir);
    const want = [
      ...DIVISIONS.map((s) => `divide ${s[0]}/${s[1]} -> ${s[2]}: 0 of ${fitting(s)} wrong`),
      ...SHIFTS.map(([s, x, n]) => `round_shift ${s}:${x} by ${n}: 0 wrong`),
    ];
    expect(stdout.trim().split('\n').sort()).toEqual(want.sort());
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
