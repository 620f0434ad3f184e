/** Diagnostics of the gate for pull requests: E11xx. */
import { type Diagnostic, error } from './diagnostic.ts';

export const noSummary = (dir: string): Diagnostic =>
  error('E1101', dir, 'it has no reports/summary.json', 'give a directory that `sluice build` wrote');

export const badVerdict = (file: string): Diagnostic =>
  error(
    'E1102',
    file,
    'it is not what `sluice verify --json` writes',
    'write it with `sluice verify DIR --json > FILE`',
  );

export const noBaseline = (file: string, name: string): Diagnostic =>
  error('E1103', file, `it has no figures of ${name}`, 'store them once with --update, and commit the file');

export const badBaseline = (file: string): Diagnostic =>
  error(
    'E1104',
    file,
    'it is no baseline of the gate',
    'write it with `sluice gate DIR --verdict V --baseline FILE --update`',
  );

export const updateWhat = (): Diagnostic =>
  error('E1105', '--update', 'it is given without the file to store the figures in', 'give --baseline FILE as well');
