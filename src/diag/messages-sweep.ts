/** Diagnostics of sweeps: E10xx. */
import { type Diagnostic, error } from './diagnostic.ts';

export const badSweep = (file: string, problems: string, keys: readonly string[]): Diagnostic =>
  error('E1001', file, problems, `a sweep's keys are ${keys.join(', ')}; docs/sweep.md describes them`);

export const badAxis = (file: string, key: string, value: string, keys: readonly string[]): Diagnostic =>
  error(
    'E1002',
    file,
    `the axis "${key}" cannot take ${value}`,
    `an axis is a key of the configuration with values for it; the keys are ${keys.join(', ')}`,
  );

export const needsData = (file: string, what: string): Diagnostic =>
  error('E1003', file, `${what} needs samples`, 'add "data" with "inputs" and "expect", two .npy files');

export const foreignSweep = (dir: string): Diagnostic =>
  error(
    'E1004',
    dir,
    'it holds something else than this sweep',
    'name an empty or new directory, or the one of the same sweep: the model, the spec and the version decide',
  );

export const badExpectation = (file: string, what: string): Diagnostic =>
  error('E1005', file, what, 'give one row, or one class, for each sample of the inputs');

export const badQueue = (url: string, reason: string): Diagnostic =>
  error('E1006', '--queue', `${url}: ${reason}`, 'name a Redis server that answers: redis://host:6379');

export const lostWorker = (what: string): Diagnostic =>
  error('E1007', 'worker', what, 'start the sweep again: it goes on where it was');
