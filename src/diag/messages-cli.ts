import { type Diagnostic, error } from './diagnostic.ts';

/** E07xx: the command line, configuration files and build directories. */
const warning = (code: string, subject: string, message: string, help: string): Diagnostic => ({
  ...error(code, subject, message, help),
  severity: 'warning',
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

/** `command`: `sluice`, or `sluice build`. */
export const badUsage = (command: string, what: string, suggestion?: string): Diagnostic =>
  error('E0703', command, what, suggestion ?? `\`${command} --help\` shows what there is`);

export const badOption = (option: string, value: string, wants: string): Diagnostic =>
  error('E0704', option, `"${value}" is not ${wants}`, `give ${wants}`);

export const badConfig = (file: string, problem: string, help: string): Diagnostic =>
  error('E0705', file, problem, help);

export const notABuild = (dir: string, why: string): Diagnostic =>
  error('E0706', dir, `it is no build directory: ${why}`, 'make one with `sluice build MODEL -o DIR`');

export const changedBuild = (dir: string, file: string, what: 'missing' | 'changed'): Diagnostic =>
  error(
    'E0707',
    dir,
    what === 'missing' ? `${file} is missing` : `${file} is not what the build wrote`,
    'build again, or restore the file',
  );

export const unknownExecutor = (name: string, known: readonly string[]): Diagnostic =>
  error('E0708', '--with', `there is no executor called "${name}"`, `choose from ${known.join(', ')}`);

export const manyInputs = (known: readonly string[]): Diagnostic =>
  error('E0709', '--inputs', 'the model has several inputs', `give --inputs NAME=FILE for each of ${known.join(', ')}`);

export const unknownPass = (name: string, known: readonly string[]): Diagnostic =>
  error('E0710', '-p', `there is no pass called "${name}"`, `choose from ${known.join(', ')}`);

export const notAModel = (file: string, level: string): Diagnostic =>
  error(
    'E0721',
    file,
    `it holds a ${level} graph, which is hardware already`,
    'give it a model, whose graph is a tensor graph',
  );

export const wrongLevel = (pass: string, takes: string, has: string): Diagnostic =>
  error(
    'E0711',
    `-p ${pass}`,
    `it takes a ${takes} graph, this is a ${has} graph`,
    takes === 'tensor' ? 'give it the imported model, before lower-to-kernels' : 'run the passes that lower it first',
  );

export const badFrames = (file: string, what: string): Diagnostic =>
  error('E0712', file, what, 'give as many samples as the inputs hold, in the shape that `sluice run` writes');

export const twoGoals = (source: string, goals: readonly string[]): Diagnostic =>
  error('E0713', source, `${goals.join(' and ')} contradict each other`, 'each decides the folding: give one of them');

export const expectWithoutInputs = (): Diagnostic =>
  error('E0714', '--expect', 'it is given without the inputs that it belongs to', 'give --inputs X.npy as well');

export const twoArrays = (option: string, name: string): Diagnostic =>
  error('E0715', option, `"${name}" is given twice`, 'give one file for each');

export const unknownOutput = (name: string, known: readonly string[]): Diagnostic =>
  error('E0716', '--expect', `the model has no output called "${name}"`, `its outputs are ${known.join(', ')}`);

export const tooManySamples = (samples: number, most: number): Diagnostic =>
  error('E0717', '--samples', `${samples} samples of this model do not fit in memory`, `give at most ${most}`);

export const badCache = (dir: string, reason: string): Diagnostic =>
  error('E0718', 'SLUICE_CACHE', `${dir} cannot be written: ${reason}`, 'set it to a directory that can be written');

export const noCache = (dir: string, reason: string): Diagnostic =>
  warning(
    'W0719',
    dir,
    `compiled simulators cannot be kept there: ${reason}`,
    'set SLUICE_CACHE to a directory that can be written; this run uses a temporary one',
  );

export const editedFiles = (dir: string, files: readonly string[]): Diagnostic =>
  warning(
    'W0720',
    dir,
    `not as the build wrote it: ${files.slice(0, 5).join(', ')}${files.length > 5 ? ` and ${files.length - 5} more` : ''}`,
    'what is on disk is verified, edits included',
  );
