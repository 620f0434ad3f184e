import type { Diagnostic } from './diagnostic.ts';

/** E07xx: the command line, configuration files and build directories. */
const error = (code: string, subject: string, message: string, help: string): Diagnostic => ({
  code,
  severity: 'error',
  subject,
  message,
  help,
});

export const badInputType = (input: string, text: string): Diagnostic =>
  error(
    'E0701',
    `--input-type ${input}`,
    `"${text}" is no fixed-point type`,
    'write ap_fixed<W,I>, ap_ufixed<W,I>, ap_int<W> or ap_uint<W> with W up to 32',
  );

export const cannotRead = (file: string, why: string): Diagnostic =>
  error('E0702', file, `it cannot be read: ${why}`, 'check the path and its permissions');

export const badUsage = (what: string): Diagnostic =>
  error('E0703', 'command line', what, '`sluice --help` and `sluice <verb> --help` show what there is');

export const badOption = (option: string, value: string, wants: string): Diagnostic =>
  error('E0704', option, `"${value}" is not ${wants}`, `give ${wants}`);

export const badConfig = (file: string, problem: string, help: string): Diagnostic =>
  error('E0705', file, problem, help);

export const notABuild = (dir: string, why: string): Diagnostic =>
  error('E0706', dir, `it is no build directory: ${why}`, 'make one with `sluice build MODEL -o DIR`');

export const changedBuild = (dir: string, file: string): Diagnostic =>
  error('E0707', dir, `${file} is not what the build wrote`, 'build again, or restore the file');

export const unknownExecutor = (name: string, known: readonly string[]): Diagnostic =>
  error('E0708', '--with', `there is no executor called "${name}"`, `choose from ${known.join(', ')}`);

export const manyInputs = (known: readonly string[]): Diagnostic =>
  error('E0709', '--inputs', 'the model has several inputs', `give --inputs NAME=FILE for each of ${known.join(', ')}`);

export const unknownPass = (name: string, known: readonly string[]): Diagnostic =>
  error('E0710', '-p', `there is no pass called "${name}"`, `choose from ${known.join(', ')}`);

export const wrongLevel = (pass: string, takes: string, has: string): Diagnostic =>
  error(
    'E0711',
    `-p ${pass}`,
    `it takes a ${takes} graph, this is a ${has} graph`,
    'run the passes that lower it first',
  );

export const badFrames = (file: string, what: string): Diagnostic =>
  error('E0712', file, what, 'give as many samples as the inputs hold, in the shape that `sluice run` writes');
