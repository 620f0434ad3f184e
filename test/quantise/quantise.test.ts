/** Quantisers in float networks: where they stand, what the network with them computes, and the search for bits. */
import { describe, expect, it } from 'vitest';
import { quantiseModel } from '../../src/flow/quantise.ts';
import { hostTensor } from '../../src/host/tensor.ts';
import { importGraph } from '../../src/import/onnx/import.ts';
import { loadOnnx } from '../../src/import/onnx/load.ts';
import { calibrate, channelsOf, outputOf } from '../../src/quantise/calibrate.ts';
import { costOf, type Measured, measurer } from '../../src/quantise/measure.ts';
import { computed } from '../../src/quantise/network.ts';
import { quantiseNetwork } from '../../src/quantise/quantise.ts';
import { quantised, siteBits, stepsOf } from '../../src/quantise/rewrite.ts';
import { CHOICES, descent, dominates, pick, sensitivity } from '../../src/quantise/search.ts';
import { FLAT } from '../cli/models.ts';
import { importedResults } from '../fuzz/oracle.ts';
import { frames, residual } from './networks.ts';

const onnx = loadOnnx(residual());
const c = calibrate(onnx, frames(8));
const settings = { ranges: 'mse', goal: { maxLoss: 0 } } as const;

describe('sites', () => {
  it('are the data of products, and both sides of an addition together; what only moves is passed by', () => {
    expect(c.sites.groups.map((g) => [g.tensors, g.input])).toEqual([
      [['x'], true],
      [['r1', 'c2'], false],
      [['r2'], false],
    ]);
  });

  it('know the products of a frame', () => {
    expect(c.sites.layers.map((l) => [l.name, l.site, l.channels, l.macs])).toEqual([
      ['conv1', 'x', 0, 36 * 3 * 9],
      ['conv2', 'r1', 0, 36 * 3 * 27],
      ['fc', 'r2', 0, 4 * 27],
    ]);
  });

  it('split weights by output channel', () => {
    const w = onnx.consts.get('w3');
    expect(w && channelsOf(w, 0).map((v) => v.length)).toEqual([27, 27, 27, 27]);
    expect(w && channelsOf(w, 1)[2]?.[1]).toBe(w?.data[27 + 2]);
  });
});

describe('a quantised network', () => {
  it('has the bits that were asked for, 8 at its input', () => {
    expect(siteBits(c, [4, 5, 6])).toEqual([8, 5, 6]);
    expect(costOf(c, [8, 8, 8])).toBe(1);
    // 972 · 4 · 8 + 2916 · 5 · 5 + 108 · 6 · 6 over 3996 · 64
    expect(costOf(c, [4, 5, 6])).toBeCloseTo((972 * 32 + 2916 * 25 + 108 * 36) / (3996 * 64), 12);
  });

  it.each([
    [8, 8, 8],
    [4, 6, 3],
    [2, 2, 2],
  ])('computes in integers what it means in reals: %d, %d, %d bits', (...bits) => {
    const graph = quantised(c, bits, stepsOf(c, 'mse'));
    const { model } = importGraph(graph);
    const consts = computed(graph, graph.consts);
    const samples = c.frames.map((f) => f.get('x')?.data ?? new Float64Array());
    const want = c.frames.map((f) => outputOf(graph, computed(graph, new Map([...consts, ...f]))));
    const got = importedResults({ model }, new Map([['x', samples]]));
    want.forEach((w, s) => {
      const y = got[s]?.get('y')?.data ?? new Float64Array();
      // The integers are exact; doubles round in the host's softmax and in its products of scales.
      for (let i = 0; i < w.length; i++) expect(Math.abs((y[i] as number) - (w[i] as number))).toBeLessThan(1e-12);
    });
  });

  it('comes nearer to the float network with more bits', () => {
    const measure = measurer(c, stepsOf(c, 'mse'), []);
    const errors = [2, 4, 6, 8].map((b) => measure([b, b, b]).error);
    expect(errors).toEqual([...errors].sort((a, b) => b - a));
    expect(errors[3]).toBeLessThan(1e-4);
  });
});

describe('the search', () => {
  const found = quantiseNetwork(onnx, frames(8), undefined, { ...settings, bits: 'auto' });

  it('finds a mixture at least as good as the same bits everywhere, for no more', () => {
    const rows = found.report.uniform ?? [];
    expect(rows.map((r) => r.bits)).toEqual([...CHOICES]);
    for (const { uniform, mixed } of rows) {
      expect(mixed.cost).toBeLessThanOrEqual(uniform.cost + 1e-9);
      expect(mixed.accuracy).toBeGreaterThanOrEqual(uniform.accuracy);
    }
    expect(rows.some(({ uniform, mixed }) => dominates(mixed, uniform))).toBe(true);
  });

  it('keeps the accuracy that was asked for, cheaper than 8 bits', () => {
    const { chosen, floatAccuracy, layers } = found.report;
    expect(chosen.accuracy).toBe(floatAccuracy);
    expect(chosen.cost).toBeLessThan(1);
    expect(layers.map((l) => l.sensitivity?.length)).toEqual([7, 7, 7]);
  });

  it('compares choices on at most 128 frames, and measures what it chose on all', () => {
    const flat = loadOnnx(FLAT);
    const many = Array.from({ length: 131 }, (_, s) => {
      const data = Float64Array.from({ length: 6 }, (_v, i) => Math.sin(s + i));
      return new Map([['x', hostTensor('float32', [1, 6], data)]]);
    });
    const { report } = quantiseNetwork(flat, many, undefined, { ...settings, bits: 'auto' });
    expect([report.frames, report.searched]).toEqual([131, 128]);
    const { report: fixed } = quantiseNetwork(flat, many, undefined, { ...settings, bits: 8 });
    expect(fixed).not.toHaveProperty('searched');
  });

  it('keeps to a cost', () => {
    const { report } = quantiseNetwork(onnx, frames(8), undefined, {
      ...settings,
      bits: 'auto',
      goal: { maxCost: 0.4 },
    });
    expect(report.chosen.cost).toBeLessThanOrEqual(0.4);
    expect(report.chosen.cost).toBeGreaterThan(0.1);
  });

  it('is the same every time', () => {
    const again = quantiseNetwork(onnx, frames(8), undefined, { ...settings, bits: 'auto' });
    expect(JSON.stringify(again.report)).toBe(JSON.stringify(found.report));
  });

  it('lowers what hurts least first', () => {
    // The second layer adds nothing to the error: all of it goes before anything of the others.
    const table = [CHOICES.map((_, i) => i), CHOICES.map(() => 0), CHOICES.map((_, i) => 10 * i)];
    const path = descent(c, table);
    expect(path[0]).toEqual([8, 8, 8]);
    const second = path.findIndex((b) => b[1] === 2);
    expect(path[second]).toEqual([8, 2, 8]);
    expect(path.at(-1)).toEqual([2, 2, 2]);
  });

  it('measures each layer alone', () => {
    const bits: string[] = [];
    const measure = (b: readonly number[]): Measured => {
      bits.push(b.join());
      return { bits: b, cost: 1, accuracy: 1, error: 8 - Math.min(...b) };
    };
    const table = sensitivity(2, measure, () => {});
    expect(table).toEqual([CHOICES.map((b) => 8 - b), CHOICES.map((b) => 8 - b)]);
    expect(bits).toContain('8,2');
    expect(bits).not.toContain('2,2');
  });

  it('picks by accuracy first, then by error, then says what comes nearest', () => {
    const m = (cost: number, accuracy: number, error: number): Measured => ({ bits: [], cost, accuracy, error });
    const list = [m(1, 1, 0.1), m(0.5, 0.9, 0.2), m(0.5, 0.9, 0.1), m(0.3, 0.5, 0.5)];
    expect(pick(list, { accuracy: 0.9 })).toBe(list[2]);
    expect(pick(list, { cost: 0.4 })).toBe(list[3]);
    expect(pick(list, { cost: 0.1 })).toBeUndefined();
    expect(pick(list.slice(1), { accuracy: 0.99 })).toBe(list[2]);
  });
});

describe('labels', () => {
  it('are what accuracy counts, where they are given', () => {
    const classes = c.outputs.map((o) => (o.indexOf(Math.max(...o)) + 1) % 4);
    const { report } = quantiseNetwork(onnx, frames(8), classes, { ...settings, bits: 8 });
    expect([report.measure, report.floatAccuracy, report.chosen.accuracy]).toEqual(['labels', 0, 0]);
    const { report: own } = quantiseNetwork(onnx, frames(8), undefined, { ...settings, bits: 8 });
    expect([own.measure, own.floatAccuracy, own.chosen.accuracy]).toEqual(['agreement', 1, 1]);
  });
});

describe('a goal that no choice reaches', () => {
  const array = {
    shape: [8, 1, 6, 6],
    dtype: 'f4',
    data: Float32Array.from(frames(8).flatMap((f) => [...(f.get('x')?.data ?? [])])),
  };
  const arrays = new Map([['x', { file: 'x.npy', array }]]);
  const auto = (goal: { maxCost: number } | { maxLoss: number }) =>
    quantiseModel({
      onnx,
      file: 'm.onnx',
      settings: { bits: 'auto', ranges: 'mse', goal },
      arrays,
    });

  it('is refused, with what comes nearest', () => {
    expect(() => auto({ maxCost: 0.01 })).toThrow('E1308');
    // Nothing is better than the float model, by its own answers.
    expect(() => auto({ maxLoss: -0.5 })).toThrow('E1309');
    expect(auto({ maxCost: 0.2 }).report.chosen.cost).toBeLessThanOrEqual(0.2);
  });
});
