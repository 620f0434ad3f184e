import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fail } from '../diag/diagnostic.ts';
import { notABuild } from '../diag/messages-cli.ts';
import type { Model } from '../ir/model.ts';
import { parseModel } from '../ir/text/index.ts';
import { readSafetensors } from '../num/safetensors.ts';

/** A build directory as it lies on disk: what is simulated is what the user has, edits included. */
export interface LoadedBuild {
  readonly dir: string;
  readonly name: string;
  /** As imported: the reference. */
  readonly model: Model;
  /** As built: a kernel graph. */
  readonly hardware: Model;
  readonly rtl: ReadonlyMap<string, Uint8Array>;
  readonly hls: ReadonlyMap<string, Uint8Array>;
}

async function filesUnder(dir: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(relative(dir, path).split(sep).join('/'), await readFile(path));
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function readPart(dir: string, file: string): Promise<Buffer> {
  try {
    return await readFile(join(dir, file));
  } catch {
    return fail(notABuild(dir, `${file} is missing`));
  }
}

async function readModelText(dir: string, text: string, consts: string): Promise<Model> {
  const [source, tensors] = [await readPart(dir, text), await readPart(dir, consts)];
  return parseModel(source.toString('utf8'), readSafetensors(tensors, consts));
}

/** Reads a build directory; throws a diagnostic where it is none or a part is missing. */
export async function loadBuild(dir: string): Promise<LoadedBuild> {
  await readPart(dir, 'build.json');
  const model = await readModelText(dir, 'model.sir', 'weights.safetensors');
  const hardware = await readModelText(dir, 'graph.sir', 'graph.safetensors');
  const folder = async (name: string): Promise<Map<string, Uint8Array>> => {
    try {
      return await filesUnder(join(dir, name));
    } catch {
      return fail(notABuild(dir, `${name}/ is missing`));
    }
  };
  return { dir, name: hardware.graph.name, model, hardware, rtl: await folder('rtl'), hls: await folder('hls') };
}
