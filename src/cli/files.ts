import { readFile, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { fail } from '../diag/diagnostic.ts';
import { badConfig, badOption, cannotRead, manyInputs } from '../diag/messages-cli.ts';
import { schemaProblems } from '../ir/schema.ts';
import { readNpy } from '../num/npy.ts';
import { type BuildConfig, configSchema, type FoldingFile, foldingSchema } from '../passes/config.ts';
import type { NamedArray } from '../run/frames.ts';

/** Reads a file; a diagnostic with the system's reason where that fails. */
export async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (e) {
    return fail(cannotRead(file, reason(e)));
  }
}

const REASONS: { readonly [code: string]: string } = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
};

const reason = (e: unknown): string =>
  e instanceof Error && 'code' in e && typeof e.code === 'string' ? (REASONS[e.code] ?? e.code) : String(e);

export async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

export const stem = (file: string): string => basename(file, extname(file));

/** `model.onnx` in a folder of its own is named by the folder. */
export function modelName(file: string): string {
  const name = stem(file);
  const parent = file.split(/[\\/]/).at(-2);
  return name === 'model' && parent && parent !== '.' && parent !== '..' ? parent : name;
}

function parseData(file: string, text: string): unknown {
  try {
    return /\.ya?ml$/.test(file) ? parseYaml(text) : JSON.parse(text);
  } catch (e) {
    return fail(
      badConfig(
        file,
        `it is no ${/\.ya?ml$/.test(file) ? 'YAML' : 'JSON'}: ${e instanceof Error ? e.message.split('\n')[0] : e}`,
        'correct its syntax',
      ),
    );
  }
}

const CONFIG_HELP = `its keys are ${Object.keys(configSchema.properties).join(', ')}`;

/** A configuration file, JSON or YAML, checked by its schema. */
export async function readConfig(file: string): Promise<BuildConfig> {
  const data = parseData(file, (await read(file)).toString('utf8'));
  const problems = schemaProblems(configSchema, data);
  if (problems.length > 0) fail(badConfig(file, problems.join('; '), CONFIG_HELP));
  return data as BuildConfig;
}

/** A folding file: node name → {PE, SIMD}. */
export async function readFolding(file: string): Promise<FoldingFile> {
  const data = parseData(file, (await read(file)).toString('utf8'));
  const problems = schemaProblems(foldingSchema, data);
  if (problems.length > 0) fail(badConfig(file, problems.join('; '), 'write {"node": {"PE": 4, "SIMD": 8}, …}'));
  return data as FoldingFile;
}

/** `NAME=FILE` or, where the model has one input, `FILE`. */
export async function readInputs(
  options: readonly string[],
  names: readonly string[],
): Promise<Map<string, NamedArray>> {
  const arrays = new Map<string, NamedArray>();
  for (const option of options) {
    const named = names.find((n) => option.startsWith(`${n}=`));
    const split = /^([^=/\\]+)=(.+)$/.exec(option);
    const file = named !== undefined ? option.slice(named.length + 1) : (split?.[2] ?? option);
    const name = named ?? split?.[1] ?? names[0] ?? '';
    if (named === undefined && !split && names.length > 1) fail(manyInputs(names));
    arrays.set(name, { file, array: readNpy(await read(file), file) });
  }
  return arrays;
}

/** `NAME=1,8,8`, repeated. */
export function parseShapes(options: readonly string[]): { [input: string]: number[] } {
  return Object.fromEntries(
    options.map((text) => {
      const m = /^(.+)=(\d+(?:,\d+)*)$/.exec(text);
      const dims = (m?.[2] ?? '').split(',').map(Number);
      if (!m || dims.some((d) => d < 1)) return fail(badOption('--shape', text, 'NAME=1,8,8'));
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
