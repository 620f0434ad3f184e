import { join } from 'node:path';
import type { Command } from 'commander';
import { fail } from '../../diag/diagnostic.ts';
import { brokenReport, nothingToReport } from '../../diag/messages-report.ts';
import { randomFrames } from '../../flow/frames.ts';
import { type LoadedBuild, loadBuild } from '../../flow/load-build.ts';
import { MANIFEST } from '../../flow/manifest.ts';
import { replaceFile } from '../../flow/replace-file.ts';
import type { Summary } from '../../flow/summary.ts';
import { VERDICT_FILE } from '../../flow/verdict.ts';
import type { VerifyResult } from '../../flow/verify.ts';
import { buildPage } from '../../report/build-page.ts';
import { buildData } from '../../report/data.ts';
import { sweepPage } from '../../report/sweep-page.ts';
import { type Frame, framesOf } from '../../run/frames.ts';
import type { SweepRecord } from '../../sweep/output.ts';
import { collect, EXIT, nonEmpty, perform, positiveInteger, verb } from '../command.ts';
import { isFile, readInputs, readJson } from '../files.ts';

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
        await replaceFile(file, text);
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
  if (await isFile(join(dir, SWEEP))) return [sweepPage(await parsed<SweepRecord>(join(dir, SWEEP))), 'report.html'];
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

const parsed = <T>(file: string): Promise<T> => readJson<T>(file, () => fail(brokenReport(file)));
