import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import { fail } from '../diag/diagnostic.ts';
import { cannotRead, manyInputs, twoArrays } from '../diag/messages-cli.ts';
import { systemReason } from '../diag/system-error.ts';
import { readNpy } from '../num/npy.ts';
import type { NamedArray } from '../run/frames.ts';

/** Reads a file; a diagnostic with the system's reason where that fails. */
export async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (e) {
    return fail(cannotRead(file, systemReason(e) ?? String(e)));
  }
}

/** The data in a JSON file; `broken` says what is wrong where it holds none. */
export async function readJson<T>(file: string, broken: () => never): Promise<T> {
  const text = (await read(file)).toString('utf8');
  try {
    return JSON.parse(text) as T;
  } catch {
    return broken();
  }
}

export async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

export async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

const GENERIC = new Set(['model', 'network']);

/** The design's name: the file's, or that of its folder where the file is just called `model.onnx`. */
export function modelName(file: string): string {
  const name = basename(file, extname(file));
  return GENERIC.has(name) ? basename(dirname(resolve(file))) || name : name;
}

/** `NAME=FILE`, or `FILE` alone, which is for the first of the names. */
export function splitArray(option: string, names: readonly string[]): { name: string | undefined; file: string } {
  const named = names.find((n) => option.startsWith(`${n}=`));
  if (named !== undefined) return { name: named, file: option.slice(named.length + 1) };
  const split = /^([^=/\\]+)=(.+)$/.exec(option);
  return { name: split?.[1], file: split?.[2] ?? option };
}

/** An array, and the bytes of its file. */
export interface ReadArray extends NamedArray {
  readonly bytes: Uint8Array;
}

/** Arrays given as `NAME=FILE`, repeated; the name may be left out where the model has one input. */
export async function readInputs(
  options: readonly string[],
  names: readonly string[],
  by = '--inputs',
): Promise<Map<string, ReadArray>> {
  const arrays = new Map<string, ReadArray>();
  for (const option of options) {
    const { name, file } = splitArray(option, names);
    if (name === undefined && names.length > 1) fail(manyInputs(names));
    await addArray(arrays, by, name ?? names[0] ?? '', file);
  }
  return arrays;
}

/** Expected outputs, given like inputs; a file without a name is for the first output. */
export async function readExpected(
  options: readonly string[],
  names: readonly string[],
): Promise<Map<string, NamedArray>> {
  const arrays = new Map<string, ReadArray>();
  for (const option of options) {
    const { name, file } = splitArray(option, names);
    await addArray(arrays, '--expect', name ?? names[0] ?? '', file);
  }
  return arrays;
}

async function addArray(arrays: Map<string, ReadArray>, option: string, name: string, file: string): Promise<void> {
  if (arrays.has(name)) fail(twoArrays(option, name));
  const bytes = await read(file);
  arrays.set(name, { file, bytes, array: readNpy(bytes, file) });
}
