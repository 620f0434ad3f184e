import { describe, expect, it } from 'vitest';
import { cycleFigures } from '../../src/analysis/cycle/figures.ts';
import { simulateCycles } from '../../src/analysis/cycle/simulate.ts';
import { emitVerilog } from '../../src/emit/verilog/emit.ts';
import type { StallPlan } from '../../src/kernels/stall.ts';
import { simulateIcarus } from '../../src/sim/icarus/simulate.ts';
import { rtlJob } from '../../src/sim/vectors.ts';
import { simulateWasm } from '../../src/sim/wasm/index.ts';
import { hasIcarus } from '../tools.ts';
import { passThrough } from './pass-through.ts';
import { BEATS, residual } from './residual.ts';

const simulate = hasIcarus ? simulateIcarus : simulateWasm;

const FRAMES = 3;

describe('FIFOs in a row', () => {
  it.each([[[1]], [[2]], [[2, 2]], [[3, 1, 2]], [[1, 1]]])('of depths %j move when the RTL does', async (depths) => {
    const graph = passThrough({ depths });
    const values = Int32Array.from({ length: FRAMES * 10 }, (_, i) => (i % 16) - 8);
    const job = rtlJob(graph, 'pass', emitVerilog(graph), [values], { idleLimit: 100 });
    const rtl = await simulate(job);
    const model = simulateCycles(graph, FRAMES);
    expect(model.inputs).toEqual(rtl.inputCycles);
    expect(model.outputs).toEqual(rtl.outputs.map((o) => o.cycles));
    expect(cycleFigures(rtl.inputCycles, [rtl.outputs[0]?.cycles ?? new Float64Array(0)], [5])).toEqual({
      latency: model.latency,
      ii: model.ii,
    });
  });
});

it('counts latency from the first input to the first output beat, II between the ends of the last frames', () => {
  const model = simulateCycles(passThrough({ depths: [2, 2] }), FRAMES);
  expect(model).toMatchObject({ latency: 2, ii: 5 });
  expect(simulateCycles(passThrough({ depths: [1] }), FRAMES).ii).toBe(10);
  expect(simulateCycles(passThrough({ depths: [2] }), 1).ii).toBeNull();
});

it('takes other depths for a trial, and says how full each FIFO was', () => {
  const graph = passThrough({ depths: [8, 1] });
  expect(simulateCycles(graph, FRAMES).fill.get('fifo0')).toBeGreaterThan(2);
  const wide = simulateCycles(graph, FRAMES, { depths: new Map([['fifo1', 2]]) });
  expect(wide.fill.get('fifo0')).toBe(1);
  expect(wide.ii).toBe(5);
});

describe('reconvergent paths', () => {
  const values = Int32Array.from({ length: 6 * BEATS }, (_, i) => ((i * 5) % 16) - 8);
  const run = (depth: number, stall?: StallPlan) => {
    const graph = residual(depth);
    const settings = { idleLimit: 200, ...(stall ? { stall } : {}) };
    return simulate(rtlJob(graph, 'residual', emitVerilog(graph), [values], settings));
  };

  it('move when the RTL does under random stalls', async () => {
    const stall = { probability: 0.35, seed: 77 };
    const rtl = await run(BEATS, stall);
    const model = simulateCycles(residual(BEATS), 6, { stall });
    expect(model.inputs).toEqual(rtl.inputCycles);
    expect(model.outputs).toEqual(rtl.outputs.map((o) => o.cycles));
    expect(model.outputs).not.toEqual(simulateCycles(residual(BEATS), 6).outputs);
  });

  it.each([BEATS, 2 * BEATS])('move when the RTL does, with a skip FIFO of %j', async (depth) => {
    const rtl = await run(depth);
    const model = simulateCycles(residual(depth), 6);
    expect(rtl.violations).toEqual([]);
    expect(model.hung).toBeUndefined();
    expect(model.inputs).toEqual(rtl.inputCycles);
    expect(model.outputs).toEqual(rtl.outputs.map((o) => o.cycles));
  });

  it('hang where the RTL hangs, and the full and the empty FIFOs are named', async () => {
    const rtl = await run(3);
    const model = simulateCycles(residual(3), 6);
    expect(rtl.hung).toBe(true);
    expect(model.inputs).toEqual(rtl.inputCycles);
    expect(model.outputs).toEqual(rtl.outputs.map((o) => o.cycles));
    expect(model.hung).toContainEqual({ fifo: 'skip', from: 'split', to: 'join', fill: 3, depth: 3, state: 'full' });
    expect(model.hung).toContainEqual({ fifo: 'turned', from: 'turn', to: 'join', fill: 0, depth: 2, state: 'empty' });
  });
});

it('stops when told to', () => {
  const { totalCycles, outputs, hung } = simulateCycles(passThrough({ depths: [2] }), FRAMES, { maxCycles: 4 });
  expect(totalCycles).toBe(4);
  expect([...(outputs[0] ?? [])]).toEqual([1, 2, 3]);
  expect(hung).toBeUndefined();
});
