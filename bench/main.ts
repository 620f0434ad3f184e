/**
 * `npm run bench [name…] [-- --json]`: measures speed and memory. Every number stands beside one of the same run, for
 * machines differ and are shared: compare ratios. Each benchmark has a process of its own.
 */
import { fork } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { approximations } from './approximations.ts';
import { area } from './area.ts';
import { attention } from './attention.ts';
import type { Benchmark, Row } from './bench.ts';
import { build } from './build.ts';
import { cmvm } from './cmvm.ts';
import { folding } from './fold.ts';
import { interpreter } from './interpreter.ts';
import { levels } from './levels.ts';
import { moe } from './moe.ts';
import { pixelwise } from './pixelwise.ts';
import { rtl } from './rtl.ts';
import { run } from './run.ts';
import { line, table } from './table.ts';
import { unrolled } from './unrolled.ts';

const BENCHMARKS: readonly Benchmark[] = [
  interpreter,
  run,
  build,
  folding,
  rtl,
  area,
  attention,
  moe,
  cmvm,
  approximations,
  unrolled,
  pixelwise,
  levels,
];

interface Measured {
  readonly name: string;
  readonly summary: string;
  /** Load average of the last minute, before and after. */
  readonly load: readonly [number, number];
  readonly rows: readonly Row[];
}

function inChild({ name, summary }: Benchmark): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const before = loadavg()[0] ?? 0;
    const child = fork(fileURLToPath(import.meta.url), ['--child', name]);
    let rows: readonly Row[] | undefined;
    child.on('message', (m) => {
      rows = m as readonly Row[];
    });
    child.on('close', (code) => {
      if (rows) resolve({ name, summary, load: [before, loadavg()[0] ?? 0], rows });
      else reject(new Error(`benchmark ${name} ended with ${code}`));
    });
  });
}

async function main(args: readonly string[]): Promise<void> {
  const names = args.filter((a) => !a.startsWith('--'));
  const unknown = names.find((n) => !BENCHMARKS.some((b) => b.name === n));
  if (unknown !== undefined) {
    throw new Error(`no benchmark ${unknown}; there are ${BENCHMARKS.map((b) => b.name).join(', ')}`);
  }
  const chosen = BENCHMARKS.filter((b) => names.length === 0 || names.includes(b.name));
  if (args.includes('--child')) {
    const tell = (rows: readonly Row[]): void => {
      for (const r of rows) console.error(`… ${line(r)}`);
    };
    for (const b of chosen) process.send?.(await b.run(tell));
    return;
  }
  const json = args.includes('--json');
  const all: Measured[] = [];
  for (const b of chosen) {
    const measured = await inChild(b);
    all.push(measured);
    if (!json) console.log(`${table(measured.name, measured.summary, measured.load, measured.rows)}\n`);
  }
  if (json) console.log(JSON.stringify({ node: process.version, benchmarks: all }, null, 2));
}

try {
  await main(process.argv.slice(2));
} catch (e) {
  console.error(e instanceof Error ? e.message : e);
  process.exitCode = 1;
}
