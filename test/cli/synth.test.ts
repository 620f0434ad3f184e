import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SynthReport } from '../../src/flow/synth.ts';
import { writeNpy } from '../../src/num/npy.ts';
import { nextpnrVersion } from '../../src/tools/nextpnr.ts';
import { nativeYosysVersion } from '../../src/tools/yosys-script.ts';
import { TINY } from './models.ts';
import { sluice, workplace } from './session.ts';

const hasYosys = (await nativeYosysVersion()) !== undefined;
const hasRouter = (await nextpnrVersion()) !== undefined;

/** Open standard cells, as Debian's package qflow-tech-osu018 installs them. */
const OSU = '/usr/share/qflow/tech/osu018/osu018_stdcells.lib';
const liberty = process.env['SLUICE_LIBERTY'] ?? OSU;
const hasLiberty = existsSync(liberty);

/** The least that Yosys can map to. */
const CELLS = `library(cells) { nom_voltage : 1; capacitive_load_unit (1, ff);
  cell(INV) { area : 1; pin(A) { direction : input; capacitance : 1; } pin(Y) { direction : output; function : "!A"; } }
  cell(BUF) { area : 2; pin(A) { direction : input; capacitance : 1; } pin(Y) { direction : output; function : "A"; } }
  cell(NAND2) { area : 2; pin(A) { direction : input; capacitance : 1; } pin(B) { direction : input; capacitance : 1; }
    pin(Y) { direction : output; function : "!(A&B)"; } }
  cell(NOR2) { area : 2; pin(A) { direction : input; capacitance : 1; } pin(B) { direction : input; capacitance : 1; }
    pin(Y) { direction : output; function : "!(A+B)"; } }
  cell(DFF) { area : 6; ff(IQ, IQN) { clocked_on : "C"; next_state : "D"; }
    pin(C) { direction : input; clock : true; capacitance : 3; } pin(D) { direction : input; capacitance : 1; }
    pin(Q) { direction : output; function : "IQ"; } }
}
`;

describe('sluice synth', () => {
  let place: Awaited<ReturnType<typeof workplace>>;
  beforeAll(async () => {
    place = await workplace();
    await writeFile('small.onnx', TINY);
    expect((await sluice('build', 'small.onnx', '-o', 'out', '--device', 'xc7z020')).exitCode).toBe(0);
  });
  afterAll(() => place.leave());

  const synth = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await sluice('synth', 'out', '--json', ...args);
    expect(exitCode, stderr + stdout).toBe(0);
    return JSON.parse(stdout) as SynthReport & { file: string };
  };

  /** The kernels and what lies between them are the whole. */
  const adds = ({ total, kernels, interface: between }: SynthReport): void => {
    for (const figure of Object.keys(total).filter((f) => f !== 'gates')) {
      const sum = [...kernels.map((k) => k.figures), between].reduce((n, f) => n + (f[figure] ?? 0), 0);
      expect(sum, figure).toBeCloseTo(total[figure] ?? 0, 1);
    }
  };

  it('counts each kernel with the embedded Yosys, on the fabric of the part', async () => {
    const report = await synth();
    expect(report).toMatchObject({ target: 'xc7', boundaries: 'kept', yosys: { kind: 'wasm' } });
    adds(report);
    expect(report.kernels.find((k) => k.kernel === 'mvu')?.figures['lut']).toBeGreaterThan(10);
    expect(report.device?.used['lut']).toBeGreaterThan(0);
    const { file, ...rest } = report;
    expect(file).toBe('out/reports/synth-xc7.json');
    expect(rest).toMatchObject(JSON.parse(await readFile(file, 'utf8')));
    const { stdout } = await sluice('synth', 'out');
    expect(stdout).toMatch(/kernel boundaries kept\nxc7z020clg400-1: .* % of LUT/);
    // The build may be replaced although it holds a report more than it wrote.
    expect((await sluice('build', 'small.onnx', '-o', 'out', '--device', 'xc7z020')).exitCode).toBe(0);
  });

  it.skipIf(!hasYosys)('counts alike with a native Yosys, and on other fabrics', async () => {
    for (const target of ['xcup', 'ecp5']) {
      const report = await synth('--target', target, '--yosys', 'native');
      expect(report).toMatchObject({ target, yosys: { kind: 'native' } });
      adds(report);
      expect(report.total['ff']).toBeGreaterThan(20);
    }
  });

  it.skipIf(!hasYosys)('counts cells for iCE40, and their clock where a router is here', async () => {
    const report = await synth('--target', 'ice40', '--yosys', 'native');
    adds(report);
    expect(report.device?.part).toBe('iCE40HX8K-CT256');
    if (hasRouter) expect(report.fmax?.mhz).toBeGreaterThan(20);
    else expect(report).toMatchObject({ warnings: [{ code: 'W0806' }] });
  });

  it.skipIf(!hasYosys || !hasLiberty)('gives cells, area and gates of a Liberty library', async () => {
    const report = await synth('--liberty', liberty, '--yosys', 'native');
    adds(report);
    expect(Object.keys(report.total)).toEqual(['cells', 'area', 'gates']);
    expect(report.total['gates']).toBeGreaterThan(report.total['cells'] ?? 0);
    expect(report.path).toBeGreaterThan(100);
    expect(report.path).toBeLessThan(20_000);
    expect(Object.values(report.cells).reduce((a, b) => a + b, 0)).toBe(report.total['cells']);
  });

  it('estimates the energy of an unrolled design from the cells it takes and how much of it moves', async () => {
    await writeFile('cells.lib', CELLS);
    expect((await sluice('build', 'small.onnx', '-o', 'flat', '--arch', 'unrolled')).exitCode).toBe(0);
    const run = async (...args: string[]): Promise<SynthReport> => {
      const { exitCode, stdout, stderr } = await sluice('synth', 'flat', '--json', '--liberty', 'cells.lib', ...args);
      expect(exitCode, stderr).toBe(0);
      return JSON.parse(stdout) as SynthReport;
    };
    const { energy, cells, path } = await run();
    // The library says nothing of delays.
    expect(path).toBeUndefined();
    const flops = cells['DFF'] ?? 0;
    expect(energy).toMatchObject({ frames: 256, beats: 1, volts: 1, clockLoad: expect.closeTo(flops * 3e-15, 20) });
    expect(energy?.rate).toBeGreaterThan(0.05);
    expect(energy?.rate).toBeLessThan(0.6);
    await writeFile('still.npy', writeNpy([4, 6], new Float32Array(24)));
    const still = (await run('--inputs', 'still.npy')).energy;
    expect(still).toMatchObject({ frames: 4, rate: 0, data: 0, clock: energy?.clock });
    const { stdout } = await sluice('synth', 'flat', '--liberty', 'cells.lib');
    expect(stdout).toMatch(/estimated energy .* pJ per frame: .* of the bits change on 256 frames/);
    const wrong = await sluice('synth', 'flat', '--target', 'xcup', '--inputs', 'still.npy');
    expect(wrong).toMatchObject({ exitCode: 2, stdout: '' });
    expect(wrong.stderr).toContain('E0807');
  });

  it.each([
    [['--target', 'stratix'], 2, 'E0801'],
    [['--target', 'ecp5', '--device', 'xc7z020'], 2, 'E0804'],
    [['--target', 'xilinx', '--device', 'LFE5U-25F'], 2, 'E0804'],
    [['--device', 'nonesuch'], 2, 'E0804'],
    [['--liberty', 'absent.lib'], 2, 'E0702'],
    [['--liberty', 'small.onnx'], 2, 'E0802'],
    [['--liberty', 'small.onnx', '--target', 'ecp5'], 2, 'E0803'],
    [['--inputs', 'x.npy'], 2, 'E0702'],
    [['--yosys', 'other'], 2, 'E0703'],
  ])('refuses %j', async (args, exitCode, code) => {
    const answer = await sluice('synth', 'out', ...args);
    expect(answer).toMatchObject({ exitCode, stdout: '' });
    expect(answer.stderr).toContain(code);
  });

  it('says how to get a Yosys that is not there, and where the log of a failing one is', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = '';
    try {
      const answer = await sluice('synth', 'out', '--yosys', 'native');
      expect(answer).toMatchObject({ exitCode: 3, stdout: '' });
      expect(answer.stderr).toMatch(/E0601.*yosys[\s\S]*apt-get install yosys/);
    } finally {
      process.env['PATH'] = path;
    }
    await writeFile('out/rtl/sources.f', 'edited');
    await writeFile('out/rtl/lib/sluice_fifo.v', 'module sluice_fifo; broken');
    const broken = await sluice('synth', 'out');
    expect(broken.exitCode).toBe(3);
    expect(broken.stderr).toMatch(/E0602.*yosys/);
  });

  it('refuses what is no build', async () => {
    expect(await sluice('synth', '.')).toMatchObject({ exitCode: 2 });
  });
});
