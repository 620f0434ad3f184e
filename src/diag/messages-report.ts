/** Diagnostics of the HTML report: E12xx. */
import type { Diagnostic } from './diagnostic.ts';

const error = (code: string, subject: string, message: string, help: string): Diagnostic => ({
  code,
  severity: 'error',
  subject,
  message,
  help,
});

export const nothingToReport = (dir: string): Diagnostic =>
  error(
    'E1201',
    dir,
    'it is neither a build nor a finished sweep',
    'give a directory that `sluice build` or `sluice sweep` wrote',
  );

export const brokenReport = (file: string): Diagnostic =>
  error('E1202', file, 'it is no JSON', 'build, verify or sweep again');
