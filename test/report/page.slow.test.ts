/** The pages in a browser: they load without a request or an error, and answer to clicks. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cnv } from '../../bench/models.ts';
import { writeInto } from '../../src/emit/fileset.ts';
import { build } from '../../src/flow/build.ts';
import { randomFrames } from '../../src/flow/frames.ts';
import { loadBuild } from '../../src/flow/load-build.ts';
import { onPath } from '../../src/flow/presence.ts';
import { verify } from '../../src/flow/verify.ts';
import { buildPage } from '../../src/report/build-page.ts';
import { buildData } from '../../src/report/data.ts';
import { sweepPage } from '../../src/report/sweep-page.ts';
import type { SweepRecord } from '../../src/sweep/output.ts';

const MOST_BYTES = 3_000_000;
const chromium = (await onPath('chromium')) ? 'chromium' : undefined;

const dir = mkdtempSync(join(tmpdir(), 'sluice-report-'));
const trouble: string[] = [];
let browser: Browser;

beforeAll(async () => {
  if (!chromium) return;
  const path = (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, chromium));
  browser = await puppeteer.launch({ executablePath: path.find(existsSync) ?? chromium, args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
  rmSync(dir, { recursive: true, force: true });
});

async function open(name: string, text: string): Promise<Page> {
  const file = join(dir, name);
  writeFileSync(file, text);
  const page = await browser.newPage();
  page.on('console', (m) => trouble.push(m.text()));
  page.on('pageerror', (e) => trouble.push(String(e)));
  page.on('request', (r) => {
    if (r.url() !== pathToFileURL(file).href && !r.url().startsWith('data:')) trouble.push(r.url());
  });
  await page.goto(pathToFileURL(file).href);
  return page;
}

const textOf = (page: Page, selector: string): Promise<string> => page.$eval(selector, (e) => e.textContent ?? '');

async function pageOfExample(name: string, options: { readonly verified: boolean }): Promise<string> {
  const bytes = readFileSync(new URL(`../../examples/${name}/model.onnx`, import.meta.url));
  const { files, summary } = build({ bytes, file: 'model.onnx', name, config: { targetIi: 2000 } });
  const out = join(dir, name);
  await writeInto(out, files);
  const loaded = await loadBuild(out);
  const frames = randomFrames(loaded.model.graph, 4, 1);
  const verdict = options.verified
    ? await verify(loaded, { executors: ['reference'], samples: 4, seed: 1, stall: 0 })
    : undefined;
  return buildPage(buildData(loaded, summary, frames, false, verdict));
}

describe.skipIf(!chromium)('the page of a build', () => {
  it('shows a kernel that is selected, by mouse or by key, and sorts', async () => {
    const page = await open('cnn.html', await pageOfExample('digits-cnn', { verified: true }));
    expect(await page.$$eval('h2', (h) => h.map((e) => e.textContent))).toContain('What quantisation costs');
    expect(await textOf(page, '.badge')).toBe('equal to the model, integer for integer');
    expect(await textOf(page, '#details')).toBe('');
    await page.click('svg [data-kernel="Conv_1"]');
    expect(await textOf(page, '#details')).toContain('Conv_1: mvu');
    expect(await page.$$eval('tr.selected', (rows) => rows.map((r) => r.dataset['kernel']))).toEqual(['Conv_1']);
    await page.$eval('svg [data-kernel="Conv_2"]', (e) => (e as unknown as { focus: () => void }).focus());
    await page.keyboard.press('Enter');
    expect(await textOf(page, '#details')).toContain('Conv_2: mvu');

    const luts = (): Promise<number[]> =>
      page.$$eval('tr[data-kernel] td:nth-child(6)', (cells) => cells.map((c) => Number(c.dataset['value'])));
    const before = await luts();
    await page.$$eval('.sortable th', (heads) => heads[5]?.click());
    expect(await luts()).toEqual(before.toSorted((a, b) => b - a));
    await page.$$eval('.sortable th', (heads) => heads[5]?.click());
    expect(await luts()).toEqual(before.toSorted((a, b) => a - b));
    expect(trouble).toEqual([]);
  });

  it('has branches, experts and attention, and says when nothing was proven', async () => {
    const page = await open('vit.html', await pageOfExample('digits-vit', { verified: false }));
    expect(await textOf(page, '.badge')).toBe('not verified yet');
    for (const kind of ['attend', 'experts', 'fork']) {
      expect((await page.$$(`svg [data-kernel][aria-label*=", ${kind},"]`)).length).toBeGreaterThan(0);
    }
    expect(trouble).toEqual([]);
  });
});

describe.skipIf(!chromium)('the page of a sweep', () => {
  it('plots any two objectives and shows the design behind a point', async () => {
    const design = (key: string, targetIi: number, lut: number, dsp: number, front: boolean) => ({
      key,
      front,
      status: 'done' as const,
      config: { targetIi },
      figures: { lut, dsp, ii: targetIi },
      folding: { a: { PE: 2, SIMD: 4 } },
    });
    const data: SweepRecord = {
      format: 1,
      sweep: {
        model: 'm.onnx',
        axes: [{ key: 'targetIi', values: [16, 64, 64] }],
        objectives: ['lut', 'ii'],
        search: { method: 'grid', samples: 1, generation: 8, eta: 3, seed: 1 },
        config: {},
      },
      designs: [
        design('k1', 16, 900, 1, true),
        design('k2', 64, 300, 4, true),
        design('k3', 64, 500, 9, false),
        {
          key: 'k4',
          front: false,
          status: 'refused',
          config: { targetIi: 1 },
          figures: {},
          folding: {},
          why: 'E0401: <no>',
        },
      ],
    };
    const page = await open('sweep.html', sweepPage(data));
    expect(await page.$$eval('#plot circle', (c) => c.length)).toBe(3);
    expect(await page.$$eval('#plot circle.best', (c) => c.length)).toBe(2);
    await page.click('#plot circle[data-design="k3"]');
    expect(await textOf(page, '#details')).toContain('a: PE=2 SIMD=4');
    const heights = (): Promise<string[]> =>
      page.$$eval('#plot circle', (c) => c.map((e) => e.getAttribute('cy') ?? ''));
    const before = await heights();
    await page.select('#y', 'dsp');
    expect(await heights()).not.toEqual(before);
    expect(await page.$$eval('td', (cells) => cells.map((c) => c.textContent))).toContain('E0401: <no>');
    expect(trouble).toEqual([]);
  });
});

describe('pages', () => {
  it('of CNV are small, and escape what comes from the model', async () => {
    const bytes = cnv({ weights: 2, activations: 2 });
    const name = 'cnv<script>';
    const { files, summary } = build({ bytes, file: 'm.onnx', name: 'cnv', config: { targetIi: 1_000_000 } });
    const out = join(dir, 'cnv');
    await writeInto(out, files);
    const loaded = await loadBuild(out);
    const frames = randomFrames(loaded.model.graph, 1, 1);
    const text = buildPage(buildData(loaded, { ...summary, name }, frames, false, undefined));
    expect(text.length).toBeLessThan(MOST_BYTES);
    expect(text).toContain('<h1>cnv&lt;script&gt;</h1>');
    expect(text).not.toContain(name);
  });
});
