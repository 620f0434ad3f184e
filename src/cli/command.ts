import { Command, InvalidArgumentError } from 'commander';
import { type Diagnostic, DiagnosticError } from '../diag/diagnostic.ts';
import { ARCHITECTURES, type Architecture } from '../passes/architectures.ts';
import { type Reporter, reporter } from './reporter.ts';

export const EXIT = { ok: 0, different: 1, input: 2, tool: 3 } as const;

/** A verb with its `--json` option and an example in its help. */
export function verb(name: string, example: string): Command {
  return new Command(name)
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', `\nExample:\n  ${example}\n`);
}

/**
 * Runs a verb's body: its exit code becomes the process's, diagnostics are printed (or part of the JSON document), and
 * anything else that is thrown is a defect of Sluice, said so in one line.
 */
export async function perform(json: boolean, body: (out: Reporter) => Promise<number>): Promise<void> {
  const out = reporter(json);
  try {
    process.exitCode = await body(out);
  } catch (e) {
    process.exitCode = report(out, e);
  } finally {
    out.close();
  }
}

/** Tells of a failure and gives the exit code for it. */
export function report(out: Reporter, e: unknown): number {
  if (e instanceof DiagnosticError) {
    out.diagnose(e.diagnostics);
    out.json({ ok: false, diagnostics: e.diagnostics });
    return e.kind === 'tool' ? EXIT.tool : EXIT.input;
  }
  const diagnostic = defect(e);
  out.diagnose([diagnostic]);
  if (process.env['SLUICE_DEBUG'] && e instanceof Error) process.stderr.write(`${e.stack}\n`);
  out.json({ ok: false, diagnostics: [diagnostic] });
  return EXIT.tool;
}

function defect(e: unknown): Diagnostic {
  const what = e instanceof Error ? e.message : String(e);
  return {
    code: 'E0999',
    severity: 'error',
    message: `a defect of Sluice: ${what.split('\n')[0]}`,
    help: 'please report it with the command line; SLUICE_DEBUG=1 prints where it happened',
  };
}

const wrong = (wants: string): never => {
  throw new InvalidArgumentError(`It takes ${wants}.`);
};

const number = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

export function positiveInteger(text: string): number {
  const v = number(text);
  return Number.isSafeInteger(v) && v > 0 ? v : wrong('a positive integer');
}

export function integer(text: string): number {
  const v = number(text);
  return Number.isSafeInteger(v) ? v : wrong('an integer');
}

export function positiveNumber(text: string): number {
  const v = number(text);
  return Number.isFinite(v) && v > 0 ? v : wrong('a positive number');
}

export function probability(text: string): number {
  const v = number(text);
  return v >= 0 && v < 1 ? v : wrong('a number from 0 to below 1');
}

export function share(text: string): number {
  const v = number(text);
  return v > 0 && v <= 1 ? v : wrong('a number above 0, at most 1');
}

/** A text with something in it. */
export function nonEmpty(text: string): string {
  return text.trim() !== '' ? text : wrong('a name');
}

/** Collects a repeatable option. */
export const collect = (value: string, all: readonly string[] = []): string[] => [...all, value];

/** One of the architectures. */
export function architecture(text: string): Architecture {
  const found = ARCHITECTURES.find((a) => a === text);
  if (found === undefined) throw new InvalidArgumentError(`The architectures are ${ARCHITECTURES.join(', ')}.`);
  return found;
}
