/** The harness must see what is wrong: one stage per fault, all in one design, in both simulators. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { simulateIcarus } from '../../src/sim/icarus/simulate.ts';
import type { RtlJob, RtlResult, StreamPort } from '../../src/sim/rtl.ts';
import { simulateVerilator } from '../../src/sim/verilator/simulate.ts';
import { hasIcarus, hasVerilator } from '../tools.ts';

const FAULTS = ['none', 'drop', 'change', 'last', 'unknown', 'extra', 'hang', 'reset'] as const;
type Fault = (typeof FAULTS)[number];

const BEATS = Uint8Array.of(1, 250, 3, 44, 5, 66, 7, 8, 99);

const port = (direction: 's' | 'm', fault: Fault): StreamPort => {
  return { name: `${direction}_axis_${fault}`, width: 8, beatsPerFrame: 3 };
};

function design(faults: readonly Fault[]): string {
  const ports = faults.flatMap((f) => [
    `input wire [7:0] s_axis_${f}_tdata, input wire s_axis_${f}_tvalid, output wire s_axis_${f}_tready`,
    `input wire s_axis_${f}_tlast, output wire [7:0] m_axis_${f}_tdata, output wire m_axis_${f}_tvalid`,
    `input wire m_axis_${f}_tready, output wire m_axis_${f}_tlast`,
  ]);
  const signals = (f: Fault): string =>
    ['s_tdata', 's_tvalid', 's_tready', 'm_tdata', 'm_tvalid', 'm_tready', 'm_tlast']
      .map((p) => `.${p}(${p.replace('_', `_axis_${f}_`)})`)
      .join(', ');
  const stages = faults.map((f) => {
    return `faulty_stage #(.FAULT(${FAULTS.indexOf(f)})) ${f}_stage (.aclk(aclk), .aresetn(aresetn), ${signals(f)});`;
  });
  return `module faulty (input wire aclk, input wire aresetn, ${ports.join(', ')});\n${stages.join('\n')}\nendmodule\n`;
}

function job(faults: readonly Fault[], probability: number): RtlJob {
  const stage = readFileSync(new URL('./faulty.v', import.meta.url), 'utf8');
  return {
    top: 'faulty',
    files: new Map([
      ['stage.v', stage],
      ['faulty.v', design(faults)],
    ]),
    inputs: faults.map((f) => ({ port: port('s', f), beats: BEATS })),
    outputs: faults.map((f) => port('m', f)),
    frames: 3,
    stall: { probability, seed: 3 },
    idleLimit: 200,
  };
}

const of = (result: RtlResult, fault: Fault): string[] =>
  result.violations.filter((v) => v.startsWith(`m_axis_${fault}:`) || v.startsWith(`s_axis_${fault}:`));

const without = (fault: Fault): Fault[] => FAULTS.filter((f) => f !== fault);

describe.each([
  ['icarus', simulateIcarus, hasIcarus],
  ['verilator', (j: RtlJob) => simulateVerilator(j, 'build'), hasVerilator],
] as const)('%s', (name, simulate, here) => {
  it.skipIf(!here)('delivers sound streams in order, a beat per cycle without stalls', async () => {
    const result = await simulate(job(['none'], 0));
    expect(result.violations).toEqual([]);
    expect(result.hung).toBe(false);
    expect(result.outputs[0]?.beats).toEqual(BEATS);
    expect([...(result.inputCycles[0] ?? [])]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect([...(result.outputs[0]?.cycles ?? [])]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it.skipIf(!here)('reports breaches of the protocol, each on its port', async () => {
    const faults = without('hang');
    const result = await simulate(job(faults, 0.4));
    expect(result.hung).toBe(false);
    expect(of(result, 'none')).toEqual([]);
    expect(of(result, 'drop').join()).toMatch(/tvalid fell before tready/);
    expect(of(result, 'change').join()).toMatch(/changed under stall/);
    expect(of(result, 'last').join()).toMatch(/tlast is 1 on beat 1 of a frame of 3/);
    expect(of(result, 'extra').join()).toMatch(/a beat too many/);
    const sound = result.outputs[faults.indexOf('none')];
    expect(sound?.beats).toEqual(BEATS);
    if (name === 'icarus') {
      expect(of(result, 'unknown').join()).toMatch(/unknown tdata/);
      expect(of(result, 'reset').join()).toMatch(/unknown tdata .* or tlast x/);
    }
  });

  it.skipIf(!here)('ends a run that hangs and keeps what came before', async () => {
    const result = await simulate(job(['none', 'hang'], 0));
    expect(result.hung).toBe(true);
    expect(result.outputs.map((o) => o.beats.length)).toEqual([9, 5]);
    expect(result.totalCycles).toBeLessThan(400);
  });
});

describe.skipIf(!hasIcarus || !hasVerilator)('both simulators', () => {
  it('pause the same ports in the same cycles', async () => {
    const stalled = { ...job(['none'], 0.4), stall: { probability: 0.4, seed: 11 } };
    const [a, b] = [await simulateIcarus(stalled), await simulateVerilator(stalled, 'build')];
    expect(a.inputCycles).toEqual(b.inputCycles);
    expect(a.outputs).toEqual(b.outputs);
    expect(a.inputCycles[0]?.[8]).toBeGreaterThan(8);
  });
});
