/** Diagnostics of the HTML report: E12xx. */
import { type Diagnostic, error } from './diagnostic.ts';

export const nothingToReport = (dir: string): Diagnostic =>
  error(
    'E1201',
    dir,
    'it is neither a build nor a finished sweep',
    'give a directory that `sluice build` or `sluice sweep` wrote',
  );

export const brokenReport = (file: string): Diagnostic =>
  error('E1202', file, 'it is no JSON', 'build, verify or sweep again');
