import { describe, expect, it } from 'vitest';
import type { Const } from '../../src/ir/graph.ts';
import { boothLuts, macLatency, packHex, usesDsp } from '../../src/kernels/mac.ts';
import { type MvuAttrs, mvu } from '../../src/kernels/mvu/kernel.ts';
import { bipolar, int, uint } from '../../src/num/elem.ts';

const weight = (rows: number, cols: number, f: (r: number, c: number) => number, elem = int(4)): Const => ({
  shape: [rows, cols],
  elem,
  data: Int32Array.from({ length: rows * cols }, (_, i) => f(Math.floor(i / cols), i % cols)),
});

const context = (attrs: Partial<MvuAttrs>, w: Const) => {
  const all: MvuAttrs = { MW: 4, MH: 4, groups: 1, vectors: 2, PE: 2, SIMD: 2, mult: 'auto', ...attrs };
  return {
    name: 'fc0',
    attrs: all,
    inputs: [{ shape: [all.vectors * all.groups * all.MW], elem: int(4), lanes: all.SIMD }],
    outputs: [{ shape: [all.vectors * all.MH], elem: int(10), lanes: all.PE }],
    consts: { weight: w },
  };
};

describe('MVU weights', () => {
  it('holds PE rows by SIMD columns per word, column folds first', () => {
    const ctx = context(
      {},
      weight(4, 4, (r, c) => (4 * r + c) % 8),
    );
    // Rows 0 and 1, columns 0 and 1, then columns 2 and 3; then rows 2 and 3. Lane 0 is the last digit.
    expect(mvu.verilog(ctx).memories[0]?.words).toEqual(['5410', '7632', '5410', '7632']);
    expect(mvu.hls(ctx).arrays[0]).toMatchObject({ type: 'ap_int<4>', dims: [2, 4, 2], partition: [1, 3] });
    expect(mvu.hls(ctx).arrays[0]?.data).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7]);
  });

  it('packs codes of any width without gaps', () => {
    expect(packHex([1, 2, 3], 3)).toBe('0d1');
    expect(packHex([0xffff, 0], 16)).toBe('0000ffff');
    expect(packHex([1, 0, 1], 1)).toBe('5');
  });
});

describe('MVU folding', () => {
  const ctx = context(
    { MW: 12, MH: 8, groups: 2, PE: 1, SIMD: 1 },
    weight(8, 12, () => 1),
  );

  it('offers the divisors of MW and of the rows of a group', () => {
    expect(mvu.folding?.legal('SIMD', ctx)).toEqual([1, 2, 3, 4, 6, 12]);
    expect(mvu.folding?.legal('PE', ctx)).toEqual([1, 2, 4]);
    expect(mvu.folding?.explain('PE', 8, ctx)).toBe('PE=8 does not divide MH/groups=4 (MH=8, groups=2)');
  });

  it('refuses what does not divide', () => {
    expect(
      mvu.check(
        context(
          { PE: 3, SIMD: 3 },
          weight(4, 4, () => 1),
        ),
      ),
    ).toEqual(['PE=3 does not divide MH=4', 'SIMD=3 does not divide MW=4']);
  });

  it('is busy for NF · SF cycles per vector and group', () => {
    expect(mvu.busy(ctx)).toBe(2 * 2 * 4 * 12);
    expect(
      mvu.busy(
        context(
          { PE: 4, SIMD: 4 },
          weight(4, 4, () => 1),
        ),
      ),
    ).toBe(2);
  });
});

describe('products', () => {
  const w = (elem = int(8)): Const => weight(1, 1, () => 1, elem);

  it('need a multiplier only where both factors have several bits', () => {
    expect(usesDsp('dsp', int(8), w())).toBe(true);
    expect(usesDsp('dsp', bipolar, w())).toBe(false);
    expect(usesDsp('dsp', int(8), w(bipolar))).toBe(false);
    expect(usesDsp('dsp', int(8), w(int(2)))).toBe(false);
    expect(usesDsp('dsp', uint(1), w())).toBe(false);
    expect(usesDsp('dsp', int(8), { ...w(int(2)), data: Int32Array.of(-2) })).toBe(true);
  });

  it('are made in LUTs by default where few suffice', () => {
    expect(boothLuts(int(4), int(4))).toBe(13);
    expect(usesDsp('auto', int(4), w(int(4)))).toBe(false);
    expect(usesDsp('auto', int(8), w())).toBe(true);
    expect(usesDsp('lut', int(8), w())).toBe(false);
  });

  it('of two rows share a multiplier block', () => {
    const cost = (PE: number, elem = int(8)) => {
      const square = weight(6, 4, (r, c) => r - c, elem);
      const ctx = context({ MH: 6, PE, SIMD: 4, mult: 'dsp' }, square);
      return mvu.cost({ ...ctx, inputs: ctx.inputs.map((x) => ({ ...x, elem })) }).dsp;
    };
    expect([1, 2, 3, 6].map((PE) => cost(PE))).toEqual([4, 4, 8, 12]);
    expect([1, 2, 3, 6].map((PE) => cost(PE, int(12)))).toEqual([4, 8, 12, 24]);
  });

  it('take a register for every two levels of the tree', () => {
    expect([1, 2, 4, 8, 16].map((simd) => macLatency(simd, false))).toEqual([3, 3, 4, 4, 5]);
    expect([1, 2, 4, 8, 16].map((simd) => macLatency(simd, true))).toEqual([3, 4, 4, 5, 5]);
  });
});
