/** Wording of what can go wrong while files are written (E05xx) and outside programs are run (E06xx). */
import type { Diagnostic } from './diagnostic.ts';

const error = (code: string, message: string, help?: string): Diagnostic => ({
  code,
  severity: 'error',
  message,
  ...(help === undefined ? {} : { help }),
});

export const cannotWrite = (dir: string, reason: string): Diagnostic =>
  error('E0501', `${dir}: the output directory cannot be written: ${reason}`, 'choose another directory with -o');

export const foreignDirectory = (dir: string, marker: string): Diagnostic =>
  error(
    'E0502',
    `${dir}: exists, is not empty and holds no ${marker}, so it is not an earlier build and is not replaced`,
    'choose another directory with -o, or empty this one',
  );

export const toolMissing = (tool: string, install: string): Diagnostic =>
  error('E0601', `${tool}: not found on PATH`, install);

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

export const toolFailed = (f: ToolFailure): Diagnostic => {
  const tail = f.lastLines.map((line) => `\n  | ${line}`).join('');
  return error('E0602', `${f.tool}: ${f.outcome}${tail}`, `command: ${f.commandLine}\n  full output: ${f.log}`);
};

export const simulatorOutput = (tool: string, problem: string, where: string): Diagnostic =>
  error('E0603', `${tool}: the simulation's result cannot be read: ${problem}`, `see ${where}`);
