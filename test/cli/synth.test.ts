import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SynthReport } from '../../src/flow/synth.ts';
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
    expect(Object.values(report.cells).reduce((a, b) => a + b, 0)).toBe(report.total['cells']);
  });

  it.each([
    [['--target', 'stratix'], 2, 'E0801'],
    [['--target', 'ecp5', '--device', 'xc7z020'], 2, 'E0804'],
    [['--target', 'xilinx', '--device', 'LFE5U-25F'], 2, 'E0804'],
    [['--device', 'nonesuch'], 2, 'E0804'],
    [['--liberty', 'absent.lib'], 2, 'E0702'],
    [['--liberty', 'small.onnx'], 2, 'E0802'],
    [['--liberty', 'small.onnx', '--target', 'ecp5'], 2, 'E0803'],
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
