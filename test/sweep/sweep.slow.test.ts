/** Sweeps as users run them: killed at any moment, and over Redis; what they write in the end is the same to the byte. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onPath } from '../../src/flow/presence.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FRONT = ['sweep.json', 'front.json'];

const dir = mkdtempSync(join(tmpdir(), 'sluice-sweep-'));
const spec = join(dir, 'sweep.json');
const redis = await onPath('redis-server');

/** A grid that takes some seconds on a core. */
const SPEC = {
  model: join(ROOT, 'examples/digits-mlp/model.onnx'),
  axes: { targetIi: [16, 32, 64, 128, 256, 512], quantise: ['auto', 'thresholds', 'table'], mult: ['auto', 'dsp'] },
  objectives: ['lut', 'dsp', 'ii'],
};
const DESIGNS = 36;

beforeAll(() => writeFileSync(spec, JSON.stringify(SPEC)));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function sluice(...args: string[]): ChildProcess {
  const main = join(ROOT, 'src/cli/main.ts');
  return spawn(process.execPath, ['--import', 'tsx', main, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function ended(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.on('data', (chunk) => {
      text[name] += String(chunk);
    });
  }
  const [code] = await once(child, 'close');
  return { code: code as number | null, ...text };
}

async function finished(out: string, ...more: string[]): Promise<{ computed: number; reused: number }> {
  const { code, stdout, stderr } = await ended(sluice('sweep', spec, '-o', out, '--json', ...more));
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return JSON.parse(stdout);
}

const files = (out: string): string[] => FRONT.map((name) => readFileSync(join(out, name), 'utf8'));
const stored = (out: string): number => {
  const jobs = join(out, 'jobs');
  return existsSync(jobs) ? readdirSync(jobs).filter((name) => name.endsWith('.json')).length : 0;
};

/** Waits until a number of results lies in the store, then kills. */
async function killedAt(out: string, results: number, child: ChildProcess): Promise<void> {
  const closed = once(child, 'close');
  while (stored(out) < results && child.exitCode === null) await new Promise((r) => setTimeout(r, 20));
  child.kill('SIGKILL');
  await closed;
}

const whole = join(dir, 'whole');

describe('a sweep', () => {
  it('tries every design, and knows them all when it is started again', async () => {
    expect(await finished(whole)).toMatchObject({ designs: DESIGNS, computed: DESIGNS, reused: 0, refused: 0 });
    const first = files(whole);
    expect(await finished(whole, '--jobs', '1')).toMatchObject({ computed: 0, reused: DESIGNS });
    expect(files(whole)).toEqual(first);
  });

  it('goes on after kill -9, computes nothing twice, and ends with the same bytes', async () => {
    const out = join(dir, 'killed');
    for (const results of [3, 12, 25]) await killedAt(out, results, sluice('sweep', spec, '-o', out));
    const before = stored(out);
    expect(before).toBeGreaterThanOrEqual(25);
    expect(await finished(out)).toMatchObject({ computed: DESIGNS - before, reused: before });
    expect(files(out)).toEqual(files(whole));
  });

  it('refuses a directory of another sweep', async () => {
    const other = join(dir, 'other.json');
    writeFileSync(other, JSON.stringify({ ...SPEC, axes: { targetIi: [64] } }));
    const { code, stderr } = await ended(sluice('sweep', other, '-o', whole));
    expect([code, stderr]).toEqual([2, expect.stringContaining('E1004')]);
    expect(stored(whole)).toBe(DESIGNS);
  });
});

describe.skipIf(!redis)('a sweep over Redis', () => {
  let server: ChildProcess;
  let url = '';
  beforeAll(async () => {
    const port = await freePort();
    url = `redis://127.0.0.1:${port}`;
    server = spawn('redis-server', ['--port', `${port}`, '--save', '', '--appendonly', 'no', '--dir', dir], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    for await (const chunk of server.stdout ?? []) if (String(chunk).includes('Ready to accept')) break;
    server.stdout?.resume();
  });
  afterAll(() => void server.kill('SIGKILL'));

  it('ends with the same bytes although a worker is killed in mid-job', async () => {
    const out = join(dir, 'queued');
    const workers = [1, 2].map(() => sluice('worker', '--queue', url, '--jobs', '2'));
    const sweep = finished(out, '--queue', url);
    await killedAt(out, 6, workers[0] as ChildProcess);
    expect(await sweep).toMatchObject({ computed: DESIGNS, refused: 0 });
    expect(files(out)).toEqual(files(whole));
    workers[1]?.kill('SIGTERM');
    expect((await ended(workers[1] as ChildProcess)).code).toBe(0);
  });
});

describe('without a server', () => {
  it('says so', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    for (const args of [['worker'], ['sweep', spec, '-o', join(dir, 'none')]]) {
      const { code, stderr } = await ended(sluice(...args, '--queue', url));
      expect([code, stderr]).toEqual([3, expect.stringContaining('E1006')]);
    }
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
