/** Wording of what can go wrong while files are written (E05xx) and outside programs are run (E06xx). */
import { type Diagnostic, error } from './diagnostic.ts';

export const cannotWrite = (path: string, reason: string): Diagnostic =>
  error('E0501', path, `it cannot be written: ${reason}`, 'choose another place with -o, or free this one');

export const foreignDirectory = (dir: string, marker: string): Diagnostic =>
  error(
    'E0502',
    dir,
    `it is not empty and holds no ${marker} of an earlier build, so it is not replaced`,
    'choose another directory with -o, or empty this one',
  );

export const foreignFiles = (dir: string, files: readonly string[]): Diagnostic =>
  error(
    'E0503',
    dir,
    `it holds what no build wrote (${files.join(', ')}), so it is not replaced`,
    'move these away, or choose another directory with -o',
  );

export const notADirectory = (path: string): Diagnostic =>
  error('E0504', path, 'it is a file; a build is a directory', 'choose another name with -o');

export const toolMissing = (tool: string, install: string): Diagnostic =>
  error('E0601', tool, 'it is not found on PATH', install);

/** What an outside program left behind. */
export interface ToolFailure {
  readonly tool: string;
  readonly commandLine: string;
  /** Exit code or signal, in words. */
  readonly outcome: string;
  readonly lastLines: readonly string[];
  /** Where the full output is. */
  readonly log: string;
}

const LONG = 240;

/** A command line with a thousand files in it says no more than its beginning; the log has all of it. */
const shortened = (commandLine: string): string =>
  commandLine.length > LONG ? `${commandLine.slice(0, LONG)} …` : commandLine;

export const toolFailed = (f: ToolFailure): Diagnostic => {
  const tail = f.lastLines
    .filter((line) => line !== '')
    .map((line) => `\n  | ${line}`)
    .join('');
  return error('E0602', f.tool, `${f.outcome}${tail}`, `command: ${shortened(f.commandLine)}\n  full output: ${f.log}`);
};

export const simulatorOutput = (tool: string, problem: string, where: string): Diagnostic =>
  error('E0603', tool, `the simulation's result cannot be read: ${problem}`, `see ${where}`);

export const executorBroken = (executor: string, what: string, log: string): Diagnostic =>
  error('E0604', executor, `it could not run this design: ${what}`, `full output: ${log}`);

export const noScratch = (executor: string, reason: string): Diagnostic =>
  error(
    'E0605',
    executor,
    `its files cannot be written: ${reason}`,
    'set TMPDIR and SLUICE_CACHE to directories that can be written',
  );
