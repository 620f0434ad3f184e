/** From Verilog and the harness's sources to a program. */
import { copyFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, freemem } from 'node:os';
import { dirname, join } from 'node:path';
import { inParallel } from '../../tools/parallel.ts';
import { makeVerilated, verilator } from '../../tools/verilator.ts';
import { cached, contentHash, lookUp } from '../cache.ts';
import { modelOf, type PartSource, type Pieces } from './parts.ts';

/** What to make fast: `run` for many cycles of one design, `build` for few cycles of many designs. */
export type Effort = 'run' | 'build';

/** What goes into a program besides the design. */
export interface Recipe {
  /** Verilator's own words about its version. */
  readonly version: string;
  readonly effort: Effort;
  /** Sources of the harness, by name. */
  readonly harness: ReadonlyMap<string, string>;
}

/** Versions to 5.026 have an optimisation that gives wrong values for some ands, ors, xors of bits: verilator issues 4059, 4832, 5186. */
const NO_BIT_TREES = '-fno-const-bit-op-tree';

const CXX_LEVEL: Record<Effort, string> = { run: '-O3', build: '-O1' };

/** Few files of short functions: each file reads the headers anew, and compilers take long functions badly. */
const SPLIT: Record<Effort, readonly string[]> = {
  run: [],
  build: ['--output-split', '400000', '--output-split-cfuncs', '500'],
};

/** Flags of Verilator for all models. */
const FLAGS = ['--cc', '-O3', '-Wno-fatal', '--x-initial', 'unique', '--x-assign', 'unique', NO_BIT_TREES];

/** Those of the program. */
const EXE = ['--exe', '-o', 'sim', '-CFLAGS', '-I.'];

const makeFlags = (effort: Effort): string[] => [`OPT_FAST=${CXX_LEVEL[effort]}`, 'OPT_SLOW=-O0', 'OPT_GLOBAL=-O1'];

/** Parts, and the code around them, are compiled for longer than they ever run. */
const PART_FLAGS = ['OPT_FAST=-O0', 'OPT_SLOW=-O0'];

/** Where Verilator and `make` work, beside the folder `rtl` with the design. */
const BUILD = '../build';

/** What decides which program comes out. */
export const recipeText = ({ version, effort, harness }: Recipe): string[] => [
  version,
  ...FLAGS,
  ...EXE,
  ...PART_FLAGS,
  ...SPLIT.build,
  ...SPLIT[effort],
  ...makeFlags(effort),
  ...[...harness].flat(),
];

/** What of a design does. */
export const designText = (top: string, { files, paths, parts, glue }: Pieces): (string | Uint8Array)[] => [
  top,
  ...[...files, ...glue].flat(),
  ...paths,
  ...parts.flatMap(({ module, paths }) => [module, ...paths]),
];

/** Writes the program `sim` into a directory, beside the folder `rtl` that it runs in. */
export async function buildProgram(top: string, design: Pieces, recipe: Recipe, dir: string): Promise<void> {
  const { version, effort, harness } = recipe;
  for (const [path, content] of design.files) {
    const file = join(dir, 'rtl', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  const work = join(dir, 'build');
  await mkdir(work);
  for (const [name, text] of [...harness, ...design.glue]) await writeFile(join(work, name), text);
  await inParallel(design.parts, compilers(), (part) => buildPart(part, dir));
  await verilator(programArgs(top, design, effort), join(dir, 'rtl'));
  const flags = design.parts.length > 0 ? PART_FLAGS : makeFlags(effort);
  const make = ['-f', 'Vtop.mk', `-j${compilers()}`, ...flags];
  await withRuntime([version, ...flags], work, (extra) => makeVerilated([...make, ...extra], work));
  await rename(join(work, 'sim'), join(dir, 'sim'));
  await rm(work, { recursive: true });
}

/** Leaves a part's archive and its headers in a folder of its own. */
async function buildPart({ module, paths }: PartSource, dir: string): Promise<void> {
  const work = join(dir, 'build', module);
  await verilator([...FLAGS, ...SPLIT.build, ...into(module, modelOf(module), module), ...paths], join(dir, 'rtl'));
  await makeVerilated(['-f', `${modelOf(module)}.mk`, archiveOf(module), ...PART_FLAGS], work);
  const waste = (await readdir(work)).filter((name) => /\.(cpp|o)$/.test(name));
  for (const name of waste) await rm(join(work, name));
}

function programArgs(top: string, { paths, parts, glue }: Pieces, effort: Effort): string[] {
  return [
    ...FLAGS,
    ...EXE,
    ...SPLIT[effort],
    ...into(top, 'Vtop'),
    ...paths,
    ...['driver.cpp', ...glue.keys(), ...parts.map(({ module }) => `${module}/${archiveOf(module)}`)].map(
      (name) => `${BUILD}/${name}`,
    ),
  ];
}

const into = (top: string, prefix: string, folder = '.'): string[] => [
  ...['--top-module', top, '--prefix', prefix, '--Mdir', `${BUILD}/${folder}`],
];

/** As Verilator's makefiles name it. */
const archiveOf = (module: string): string => `${modelOf(module)}__ALL.a`;

/**
 * Verilator compiles its own run-time library anew for each design, which takes longer than most designs do. Its
 * objects are the same every time, so they are put in place first, and `make` is told to leave them (`-o`).
 */
async function withRuntime(
  builtBy: readonly string[],
  work: string,
  build: (extra: readonly string[]) => Promise<unknown>,
): Promise<void> {
  const key = contentHash([...builtBy, process.arch, process.platform]);
  const copy = async (from: string, to: string): Promise<string[]> => {
    const objects = (await readdir(from)).filter((name) => /^verilated\w*\.o$/.test(name));
    for (const name of objects) await copyFile(join(from, name), join(to, name));
    return objects;
  };
  const known = await lookUp('verilator-runtime', key);
  const objects = known ? await copy(known, work) : [];
  await build(objects.flatMap((name) => ['-o', name]));
  if (!known) await cached('verilator-runtime', key, async (dir) => void (await copy(work, dir)));
}

/** What a compiler may take for a large file, in bytes. */
const COMPILER_BYTES = 1.5e9;

/** How many compilers run at once: one for each core, as far as memory goes. */
const compilers = (): number => Math.max(1, Math.min(availableParallelism(), Math.floor(freemem() / COMPILER_BYTES)));
