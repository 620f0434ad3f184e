import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { fail } from '../../diag/diagnostic.ts';
import { cannotWrite } from '../../diag/messages-emit.ts';
import { badBaseline, badVerdict, noBaseline, noSummary, updateWhat } from '../../diag/messages-gate.ts';
import { systemReason } from '../../diag/system-error.ts';
import { gate, gateMarkdown, MEASURES, type Measures, measuresOf, type Verdict } from '../../flow/gate.ts';
import { replaceFile } from '../../flow/replace-file.ts';
import type { Summary } from '../../flow/summary.ts';
import { EXIT, nonEmpty, perform, share, verb } from '../command.ts';
import { isFile, readJson } from '../files.ts';

interface Options {
  readonly verdict: string;
  readonly baseline?: string;
  readonly update?: boolean;
  readonly maxCycles: number;
  readonly maxResources: number;
  readonly summary?: string;
  readonly json?: boolean;
}

const DEFAULT_LIMITS = { cycles: 0, resources: 0.05 };

export const gateCommand = (): Command =>
  verb('gate', 'sluice gate out --verdict verify.json --baseline sluice.json')
    .argument('<DIR>', 'a build directory')
    .requiredOption('--verdict <FILE>', 'what `sluice verify --json` wrote', nonEmpty)
    .option('--baseline <FILE>', 'the figures to compare with', nonEmpty)
    .option('--update', 'store the figures in the baseline instead')
    .option('--max-cycles <SHARE>', 'how much cycles may grow, such as 0.02 (default 0)', growth, DEFAULT_LIMITS.cycles)
    .option('--max-resources <SHARE>', 'how much resources may grow', growth, DEFAULT_LIMITS.resources)
    .option('--summary <FILE>', 'append a Markdown summary, such as to $GITHUB_STEP_SUMMARY', nonEmpty)
    .action((dir: string, options: Options) =>
      perform(options.json === true, async (out) => {
        if (options.update && options.baseline === undefined) fail(updateWhat());
        const summary = await summaryOf(dir);
        const verdict = await verdictOf(options.verdict);
        const now = measuresOf(summary);
        const before = await stored(options, summary.name);
        const limits = { cycles: options.maxCycles, resources: options.maxResources };
        const result = gate(now, before, verdict, limits);
        const text = gateMarkdown(summary.name, result, verdict, limits);
        if (options.summary !== undefined) await appended(options.summary, text);
        // What is wrong is not stored as the measure of what follows.
        if (options.update && options.baseline !== undefined && result.equal)
          await updated(options.baseline, summary.name, now);
        out.say(text.trimEnd());
        out.json({ ...result, now });
        return result.ok ? EXIT.ok : EXIT.different;
      }),
    );

function growth(text: string): number {
  return text === '0' ? 0 : share(text);
}

async function summaryOf(dir: string): Promise<Summary> {
  const file = join(dir, 'reports/summary.json');
  if (!(await isFile(file))) fail(noSummary(dir));
  return readJson<Summary>(file, () => fail(noSummary(dir)));
}

async function verdictOf(file: string): Promise<Verdict> {
  const found = await readJson<Verdict | null>(file, () => fail(badVerdict(file)));
  const good = typeof found?.ok === 'boolean' && typeof found.executors === 'object';
  return good ? found : fail(badVerdict(file));
}

type Baseline = { readonly [name: string]: Measures };

async function baselineOf(file: string): Promise<Baseline> {
  const found = await readJson<Baseline | null>(file, () => fail(badBaseline(file)));
  const good = (m: Measures | null): boolean => MEASURES.every((k) => typeof m?.[k] === 'number');
  return typeof found === 'object' && found !== null && Object.values(found).every(good)
    ? found
    : fail(badBaseline(file));
}

async function stored({ baseline, update }: Options, name: string): Promise<Measures | undefined> {
  if (baseline === undefined || update) return undefined;
  if (!(await isFile(baseline))) return fail(noBaseline(baseline, name));
  return (await baselineOf(baseline))[name] ?? fail(noBaseline(baseline, name));
}

async function appended(file: string, text: string): Promise<void> {
  await appendFile(file, text).catch((e) => fail(cannotWrite(file, systemReason(e) ?? String(e))));
}

/** The figures of one network among those of others, in the order of their names. */
async function updated(file: string, name: string, now: Measures): Promise<void> {
  const all = (await isFile(file)) ? await baselineOf(file) : {};
  const sorted = Object.entries({ ...all, [name]: now }).sort(([a], [b]) => (a < b ? -1 : 1));
  await replaceFile(file, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
}
