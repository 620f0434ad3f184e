import { parse as parseYaml } from 'yaml';
import { fail } from '../diag/diagnostic.ts';
import { badConfig, badOption, twoGoals } from '../diag/messages-cli.ts';
import { fileProblems } from '../ir/schema.ts';
import { type BuildConfig, configSchema, type FoldingFile, foldingSchema } from '../passes/config.ts';
import { read } from './files.ts';

/** Each of these alone decides the folding: option and configuration key. */
const GOALS = [
  ['--target-ii', 'targetIi'],
  ['--target-fps', 'targetFps'],
  ['--folding', 'folding'],
  ['--fit', 'fit'],
] as const;

type Goals = Pick<BuildConfig, 'targetIi' | 'targetFps' | 'folding' | 'fit'>;

const given = (config: BuildConfig): (typeof GOALS)[number][] =>
  GOALS.filter(([, key]) => config[key] !== undefined && config[key] !== false);

/** The configuration file, overridden by options. A goal among the options replaces all goals of the file. */
export function mergeConfig(base: BuildConfig, options: BuildConfig, file = '--config'): BuildConfig {
  const [inFile, inOptions] = [given(base), given(options)];
  if (inFile.length > 1)
    fail(
      twoGoals(
        file,
        inFile.map(([, key]) => key),
      ),
    );
  if (inOptions.length > 1)
    fail(
      twoGoals(
        'sluice build',
        inOptions.map(([option]) => option),
      ),
    );
  const { targetIi, targetFps, folding, fit, ...rest } = base;
  const goals: Goals = {
    ...(targetIi !== undefined ? { targetIi } : {}),
    ...(targetFps !== undefined ? { targetFps } : {}),
    ...(folding !== undefined ? { folding } : {}),
    ...(fit !== undefined ? { fit } : {}),
  };
  return {
    ...rest,
    ...(inOptions.length > 0 ? {} : goals),
    ...options,
    ...(base.shapes || options.shapes ? { shapes: { ...base.shapes, ...options.shapes } } : {}),
    ...(base.inputTypes || options.inputTypes ? { inputTypes: { ...base.inputTypes, ...options.inputTypes } } : {}),
  };
}

const isYaml = (file: string): boolean => /\.ya?ml$/i.test(file);

/** The data in a JSON or YAML text; which of the two, the file's name says. */
export function parseData(file: string, text: string): unknown {
  try {
    return isYaml(file) ? parseYaml(text, { logLevel: 'error' }) : JSON.parse(text);
  } catch (e) {
    const why = e instanceof Error ? e.message.split('\n')[0]?.replace(/:$/, '') : e;
    return fail(badConfig(file, `it is no ${isYaml(file) ? 'YAML' : 'JSON'}: ${why}`, 'correct its syntax'));
  }
}

const CONFIG_HELP = `its keys are ${Object.keys(configSchema.properties).join(', ')}`;

/** A build's configuration from data, checked by its schema. */
export function checkConfig(file: string, data: unknown): BuildConfig {
  const problems = fileProblems(configSchema, data);
  if (problems.length > 0) fail(badConfig(file, problems.join('; '), CONFIG_HELP));
  return data as BuildConfig;
}

/** A folding from data: node name → PE and SIMD. */
export function checkFolding(file: string, data: unknown): FoldingFile {
  const problems = fileProblems(foldingSchema, data);
  if (problems.length > 0)
    fail(
      badConfig(file, problems.join('; '), 'write {"node": {"PE": 4, "SIMD": 8}, …}; Defaults holds for all others'),
    );
  return data as FoldingFile;
}

async function readData(file: string): Promise<unknown> {
  return parseData(file, (await read(file)).toString('utf8'));
}

/** A configuration file, JSON or YAML. */
export const readConfig = async (file: string): Promise<BuildConfig> => checkConfig(file, await readData(file));

/** A folding file, JSON or YAML. */
export const readFolding = async (file: string): Promise<FoldingFile> => checkFolding(file, await readData(file));

/** `NAME=1,8,8`, repeated. */
export function parseShapes(options: readonly string[]): { [input: string]: number[] } {
  return Object.fromEntries(
    options.map((text) => {
      const m = /^(.+)=(\d+(?:,\d+)*)$/.exec(text);
      const dims = (m?.[2] ?? '').split(',').map(Number);
      if (!m || dims.some((d) => d < 1 || !Number.isSafeInteger(d)))
        return fail(badOption('--shape', text, 'NAME=1,8,8'));
      return [m[1] ?? '', dims];
    }),
  );
}

/** `NAME=ap_fixed<16,6>`, repeated. */
export function parseInputTypes(options: readonly string[]): { [input: string]: string } {
  return Object.fromEntries(
    options.map((text) => {
      const m = /^(.+?)=(ap_.+)$/.exec(text);
      if (!m) return fail(badOption('--input-type', text, 'NAME=ap_fixed<16,6>'));
      return [m[1] ?? '', m[2] ?? ''];
    }),
  );
}
