import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { fail } from '../../diag/diagnostic.ts';
import { cannotWrite } from '../../diag/messages-emit.ts';
import { badBaseline, badVerdict, noBaseline, noSummary, updateWhat } from '../../diag/messages-gate.ts';
import { systemReason } from '../../diag/system-error.ts';
import { gate, gateMarkdown, MEASURES, type Measures, measuresOf, type Verdict } from '../../flow/gate.ts';
import type { Summary } from '../../flow/summary.ts';
import { EXIT, nonEmpty, perform, share, verb } from '../command.ts';
import { isFile, read } from '../files.ts';

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
        if (options.summary !== undefined)
          await written(options.summary, () => appendFile(options.summary ?? '', text));
        // What is wrong is not stored as the measure of what follows.
        if (options.update && options.baseline !== undefined && result.equal)
          await written(options.baseline, async () => {
            const all = (await isFile(options.baseline ?? '')) ? await baselineOf(options.baseline ?? '') : {};
            const sorted = Object.entries({ ...all, [summary.name]: now }).sort(([a], [b]) => (a < b ? -1 : 1));
            await writeFile(options.baseline ?? '', `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
          });
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
  try {
    return JSON.parse((await read(file)).toString('utf8')) as Summary;
  } catch {
    return fail(noSummary(dir));
  }
}

async function verdictOf(file: string): Promise<Verdict> {
  const text = (await read(file)).toString('utf8');
  try {
    const found = JSON.parse(text) as Verdict;
    if (typeof found.ok === 'boolean' && typeof found.executors === 'object') return found;
  } catch {}
  return fail(badVerdict(file));
}

async function baselineOf(file: string): Promise<{ readonly [name: string]: Measures }> {
  const text = (await read(file)).toString('utf8');
  try {
    const found = JSON.parse(text) as { readonly [name: string]: Measures };
    const good = Object.values(found).every((m) => MEASURES.every((k) => typeof m[k] === 'number'));
    if (typeof found === 'object' && good) return found;
  } catch {}
  return fail(badBaseline(file));
}

async function stored({ baseline, update }: Options, name: string): Promise<Measures | undefined> {
  if (baseline === undefined || update) return undefined;
  if (!(await isFile(baseline))) return fail(noBaseline(baseline, name));
  return (await baselineOf(baseline))[name] ?? fail(noBaseline(baseline, name));
}

async function written(file: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (e) {
    const reason = systemReason(e);
    if (reason === undefined) throw e;
    fail(cannotWrite(file, reason));
  }
}
