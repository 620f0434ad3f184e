import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Summary } from '../../src/flow/summary.ts';
import { TINY } from './models.ts';
import { sluice, workplace } from './session.ts';

describe('sluice build --fit', () => {
  /** LUTs that suffice for a slow network, not for the fastest. */
  let less = 0;
  let place: Awaited<ReturnType<typeof workplace>>;
  beforeAll(async () => {
    place = await workplace();
    await writeFile('small.onnx', TINY);
    expect((await sluice('build', 'small.onnx', '-o', 'slow', '--target-ii', '18')).exitCode).toBe(0);
    less = Math.round(1.1 * (await summary('slow')).cost.lut);
  });
  afterAll(() => place.leave());

  const summary = async (dir: string): Promise<Summary> =>
    JSON.parse(await readFile(`${dir}/reports/summary.json`, 'utf8'));

  it('is as fast as the part allows, says that it is proven, and computes the same', async () => {
    const built = await sluice('build', 'small.onnx', '-o', 'out', '--fit', '--device', 'xc7z010');
    expect(built).toMatchObject({ exitCode: 0 });
    const { ii, device, decisions } = await summary('out');
    expect(ii).toBe(1);
    expect(device?.used?.lut).toBeLessThan(0.8);
    expect(decisions.find((d) => d.what === 'interval 1')?.why).toMatch(
      /costs less: proven; none that fits is faster: proven/,
    );
    expect(await sluice('verify', 'out', '--with', 'wasm')).toMatchObject({ exitCode: 0 });
  });

  it('keeps a budget, and is slower for it', async () => {
    await writeFile('c.json', JSON.stringify({ fit: true, budget: { lut: less } }));
    expect(await sluice('build', 'small.onnx', '-o', 'tight', '--config', 'c.json')).toMatchObject({ exitCode: 0 });
    const { ii, cost, kernels } = await summary('tight');
    expect(ii).toBeGreaterThan(1);
    expect(cost.lut).toBeLessThanOrEqual(less + kernels.length);
  });

  it('says what is short, by how much, and the nearest that fits', async () => {
    await writeFile('t.json', JSON.stringify({ targetIi: 1, budget: { lut: less } }));
    const answer = await sluice('build', 'small.onnx', '-o', 'none', '--config', 't.json');
    expect(answer).toMatchObject({ exitCode: 2 });
    expect(answer.stderr).toMatch(new RegExp(`E0420.*interval of 1 cycles: \\d+ LUT more than the ${less} there are`));
    const nearest = Number(/nearest that fits has an interval of (\d+) cycles/.exec(answer.stderr)?.[1]);
    await writeFile('n.json', JSON.stringify({ targetIi: nearest, budget: { lut: less } }));
    expect(await sluice('build', 'small.onnx', '-o', 'near', '--config', 'n.json')).toMatchObject({ exitCode: 0 });
  });

  it('needs a budget, and is a goal like others', async () => {
    expect((await sluice('build', 'small.onnx', '-o', 'x', '--fit')).stderr).toContain('E0421');
    expect((await sluice('build', 'small.onnx', '-o', 'x', '--fit', '--target-ii', '4')).stderr).toContain('E0713');
  });
});
