import { describe, expect, it } from 'vitest';
import { addCells, readDesign } from '../../src/synth/netlist.ts';
import { CELL_SIZES, resourcesOf } from '../../src/synth/resources.ts';

describe('a mapped design', () => {
  const stat = JSON.stringify({
    modules: {
      '\\top': { num_cells_by_type: { '$paramod$1\\fifo': 2, mvu: 1, INV: 1 } },
      '$paramod$1\\fifo': { num_cells_by_type: { FDRE: 6, RAM32M: 2 } },
      '\\mvu': { num_cells_by_type: { LUT6: 10, RAMB36E1: 1, inner: 2 } },
      '\\inner': { num_cells_by_type: { DSP48E1: 1, SRL16E: 3 } },
    },
  });
  const netlist = JSON.stringify({
    modules: {
      top: {
        cells: {
          u_a: { type: '$paramod$1\\fifo' },
          u_b: { type: '$paramod$1\\fifo' },
          u_m: { type: 'mvu' },
          i: { type: 'INV' },
        },
      },
    },
  });

  it('is counted by instance, kept modules inside included, and what lies between', () => {
    const { glue, instances } = readDesign(stat, netlist, 'top');
    expect(glue).toEqual({ INV: 1 });
    expect(instances).toEqual([
      { name: 'u_a', cells: { FDRE: 6, RAM32M: 2 } },
      { name: 'u_b', cells: { FDRE: 6, RAM32M: 2 } },
      { name: 'u_m', cells: { LUT6: 10, RAMB36E1: 1, DSP48E1: 2, SRL16E: 6 } },
    ]);
    const all = addCells([glue, ...instances.map((i) => i.cells)]);
    expect(all).toEqual({ DSP48E1: 2, FDRE: 12, INV: 1, LUT6: 10, RAM32M: 4, RAMB36E1: 1, SRL16E: 6 });
    expect(resourcesOf(all, CELL_SIZES.xc7)).toEqual({ lut: 10 + 4 * 4 + 6, ff: 12, dsp: 2, bram: 2 });
  });

  it('is read although an old Yosys writes what is no JSON after the modules', () => {
    const modules = { '\\top': { num_cells_by_type: { INV: 2 } } };
    const old = `${JSON.stringify({ modules }, null, 3).slice(0, -2)},\n       sub           2\n      "design": {\n      }\n}\n`;
    expect(() => JSON.parse(old)).toThrow();
    expect(readDesign(old, '{"modules": {"top": {"cells": {}}}}', 'top').glue).toEqual({ INV: 2 });
  });

  it('has a size on every fabric', () => {
    const size = (fabric: keyof typeof CELL_SIZES, cells: { [type: string]: number }) =>
      resourcesOf(cells, CELL_SIZES[fabric]);
    expect(
      size('ecp5', { LUT4: 5, CCU2C: 3, TRELLIS_DPR16X4: 1, TRELLIS_FF: 7, PFUMX: 9, MULT18X18D: 2, DP16KD: 4 }),
    ).toEqual({
      lut: 5 + 6 + 6,
      ff: 7,
      dsp: 2,
      bram: 4,
    });
    expect(size('ice40', { SB_LUT4: 5, SB_CARRY: 3, SB_DFFESR: 7, SB_DFF: 1, SB_MAC16: 1, SB_RAM40_4K: 2 })).toEqual({
      lut: 5,
      ff: 8,
      dsp: 1,
      bram: 2,
    });
  });
});
