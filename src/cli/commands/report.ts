import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { fail } from '../../diag/diagnostic.ts';
import { cannotWrite } from '../../diag/messages-emit.ts';
import { brokenReport, nothingToReport } from '../../diag/messages-report.ts';
import { systemReason } from '../../diag/system-error.ts';
import { randomFrames } from '../../flow/frames.ts';
import { type LoadedBuild, loadBuild } from '../../flow/load-build.ts';
import { MANIFEST } from '../../flow/manifest.ts';
import type { Summary } from '../../flow/summary.ts';
import { VERDICT_FILE } from '../../flow/verdict.ts';
import type { VerifyResult } from '../../flow/verify.ts';
import { buildPage } from '../../report/build-page.ts';
import { buildData } from '../../report/data.ts';
import { type SweepData, sweepPage } from '../../report/sweep-page.ts';
import { type Frame, framesOf } from '../../run/frames.ts';
import { collect, EXIT, nonEmpty, perform, positiveInteger, verb } from '../command.ts';
import { isFile, read, readInputs } from '../files.ts';

interface Options {
  readonly output?: string;
  readonly inputs?: readonly string[];
  readonly samples: number;
  readonly json?: boolean;
}

const SWEEP = 'sweep.json';
const SEED = 1;

export const reportCommand = (): Command =>
  verb('report', 'sluice report out --inputs x.npy')
    .argument('<DIR>', 'a build directory, or that of a sweep')
    .option(
      '-o, --output <FILE>',
      'the page (default: reports/report.html of a build, report.html of a sweep)',
      nonEmpty,
    )
    .option('--inputs <[NAME=]X.npy>', 'samples to show the values of; repeatable', collect)
    .option('--samples <N>', 'how many samples to look at', positiveInteger, 16)
    .action((dir: string, options: Options) =>
      perform(options.json === true, async (out) => {
        const [text, usual] = await pageOf(dir, options, out.progress);
        const file = options.output ?? join(dir, usual);
        await written(file, text);
        out.say(`wrote ${file}, ${Math.ceil(Buffer.byteLength(text) / 1024)} KiB`);
        out.json({ ok: true, file });
        return EXIT.ok;
      }),
    );

async function pageOf(
  dir: string,
  options: Options,
  progress: (what: string) => void,
): Promise<[text: string, usual: string]> {
  if (await isFile(join(dir, SWEEP))) return [sweepPage(await parsed<SweepData>(join(dir, SWEEP))), 'report.html'];
  if (!(await isFile(join(dir, MANIFEST)))) fail(nothingToReport(dir));
  const build = await loadBuild(dir);
  const summary = await parsed<Summary>(join(dir, 'reports/summary.json'));
  const verdict = join(dir, VERDICT_FILE);
  progress('values and occupancy');
  const frames = await framesFor(build, options);
  const proof = (await isFile(verdict)) ? await parsed<VerifyResult>(verdict) : undefined;
  const data = buildData(build, summary, frames, options.inputs !== undefined, proof);
  return [buildPage(data), 'reports/report.html'];
}

async function framesFor({ model }: LoadedBuild, { inputs, samples }: Options): Promise<Frame[]> {
  if (!inputs) return randomFrames(model.graph, samples, SEED);
  const names = model.pre.inputs.map((i) => i.name);
  return [...framesOf(model, await readInputs(inputs, names))].slice(0, samples);
}

async function parsed<T>(file: string): Promise<T> {
  const text = (await read(file)).toString('utf8');
  try {
    return JSON.parse(text) as T;
  } catch {
    return fail(brokenReport(file));
  }
}

/** A page that is being read is replaced whole. */
async function written(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  } catch (e) {
    fail(cannotWrite(file, systemReason(e) ?? String(e)));
  }
}
