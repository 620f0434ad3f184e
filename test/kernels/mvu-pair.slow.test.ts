/** Two rows of an MVU on one row of multiplier blocks: every value of narrow factors, extremes of wide ones. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { joinOf } from '../../src/kernels/mac.ts';
import { type ElemType, int, uint } from '../../src/num/elem.ts';
import { iverilog, vvp } from '../../src/tools/icarus.ts';
import { drawSubject, type Subject } from '../conformance/bench.ts';
import { checkRtl, FRAMES } from '../conformance/check.ts';
import { sample } from '../conformance/samplers/mvu.ts';
import { hasIcarus } from '../tools.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const LIBRARY = ['extend', 'delay', 'tree', 'sum', 'twin', 'pair'].map((f) =>
  path(`../../templates/verilog/lib/sluice_mvu_${f}.v`),
);

/** Bits of x and w, and how many terms are joined: up to 14 bits of factors in all are tried exhaustively. */
const SIZES = [
  [1, 1, 1],
  [1, 3, 1],
  [3, 1, 1],
  [3, 3, 1],
  [4, 4, 1],
  [1, 1, 2],
  [1, 3, 2],
  [3, 1, 2],
  [2, 2, 2],
  [3, 3, 2],
  [4, 4, 2],
  [8, 8, 1],
  [8, 8, 2],
  [9, 8, 2],
  [17, 4, 1],
  [2, 11, 2],
] as const;

const probes = SIZES.flatMap(([x, w, terms]) =>
  ([0, 1] as const).flatMap((xKind) => ([0, 1] as const).map((wKind) => ({ x, w, terms, xKind, wKind }))),
);
type Probe = (typeof probes)[number];

/** Beside the widest fields also an accumulator that keeps only their low bits. */
const accBits = ({ x, w, terms }: Probe): number => (w === 3 ? x + w - 1 : x + w + terms + 2);

const instance = (p: Probe, i: number): string =>
  `mvu_pair_probe #(.X_KIND(${p.xKind}), .X_BITS(${p.x}), .W_KIND(${p.wKind}), .W_BITS(${p.w}), ` +
  `.JOIN(${p.terms}), .ACC_BITS(${accBits(p)})) probe${i} ();`;

const report = (p: Probe): string => {
  const bits = p.terms * (p.x + 2 * p.w);
  return `x ${p.xKind}:${p.x} w ${p.wKind}:${p.w} join ${p.terms}: 0 of ${bits <= 14 ? 2 ** bits : 2000} wrong`;
};

it.skipIf(!hasIcarus)('is exact for all values', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-pair-'));
  try {
    await writeFile(join(dir, 'top.v'), ['module top;', ...probes.map(instance), 'endmodule', ''].join('\n'));
    await iverilog(['-g2005', '-o', 'top', '-s', 'top', 'top.v', path('mvu-pair.v'), ...LIBRARY], dir);
    const { stdout } = await vvp(['-n', 'top'], dir);
    expect(stdout.trim().split('\n').sort()).toEqual(probes.map(report).sort());
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});

it('is chosen wherever the products of two rows fit a block of 27 by 18 bits, to the bit', () => {
  const widest = (x: (bits: number) => ElemType, w: (bits: number) => ElemType, bits: number, simd: number): number =>
    Math.max(...Array.from({ length: 20 }, (_, i) => i + 1).filter((b) => joinOf(true, x(b), w(bits), 2, simd) !== 0));
  expect(widest(int, int, 8, 8)).toBe(10);
  expect(widest(uint, uint, 8, 8)).toBe(9);
  expect(widest(uint, int, 3, 8)).toBe(17);
  expect(widest(int, int, 3, 8)).toBe(18);
  expect([9, 10, 11].map((b) => joinOf(true, int(b), int(8), 2, 8))).toEqual([2, 1, 0]);
  expect(joinOf(true, int(8), int(8), 2, 1)).toBe(1);
  expect(joinOf(true, int(8), int(8), 1, 8)).toBe(0);
  expect(joinOf(false, int(8), int(8), 2, 8)).toBe(0);
});

it('gives the integers of the reference in the cycles of the model, with any number of rows and columns', async () => {
  const subjects: Subject[] = [];
  const seen = new Set<string>();
  for (let seed = 1; subjects.length < 24; seed++) {
    const subject = drawSubject(sample, seed, FRAMES);
    const { PE, SIMD } = subject.kernel.attrs;
    const params = subject.def.verilog({ ...subject.ctx, name: 'mvu', outputs: subject.outputTypes }).params;
    if (params['JOIN'] === 0) continue;
    subjects.push(subject);
    seen.add(`${params['JOIN']} ${Number(PE) % 2} ${Number(SIMD) === 1 ? 1 : Number(SIMD) % 2}`);
  }
  expect([...seen].sort()).toEqual(['1 0 1', '1 1 1', '2 0 0', '2 0 1', '2 1 0', '2 1 1']);
  expect(await checkRtl(subjects)).toEqual([]);
});
