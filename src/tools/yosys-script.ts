/** Yosys scripts on a set of files, by the embedded Yosys or the one on PATH. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fail } from '../diag/diagnostic.ts';
import { toolFailed } from '../diag/messages-emit.ts';
import { runTool, toolVersion } from './exec.ts';
import { type FileContent, runYosysScript, YosysError, yosysVersion } from './yosys.ts';

export type { FileContent };

/** The embedded WebAssembly, the same everywhere; or the program on PATH, which is faster. */
export const YOSYS_KINDS = ['wasm', 'native'] as const;
export type YosysKind = (typeof YOSYS_KINDS)[number];

const INSTALL = 'install Yosys 0.23 or newer, such as with "apt-get install yosys", or leave out --yosys native';
const LAST_LINES = 12;

/** `Yosys 0.23 …`, or undefined where there is none. */
export const nativeYosysVersion = (): Promise<string | undefined> => toolVersion('yosys', ['-V']);

export async function yosysVersionOf(kind: YosysKind): Promise<string> {
  const version = await (kind === 'wasm' ? yosysVersion() : nativeYosysVersion());
  return /Yosys ([^\s(]+)/.exec(version ?? '')?.[1] ?? 'unknown';
}

/**
 * Runs the commands in a place that holds the files, and gives the text of the files that they wrote. A failure is a
 * `tool` error with the last lines of the log.
 */
export async function runYosys(
  kind: YosysKind,
  files: ReadonlyMap<string, FileContent>,
  script: readonly string[],
  wanted: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  return kind === 'wasm' ? embedded(files, script, wanted) : native(files, script, wanted);
}

async function embedded(
  files: ReadonlyMap<string, FileContent>,
  script: readonly string[],
  wanted: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  try {
    const run = await runYosysScript(files, script.join('\n'));
    return new Map(wanted.map((name) => [name, Buffer.from(run.files.get(name) ?? '').toString('utf8')]));
  } catch (e) {
    if (!(e instanceof YosysError)) throw e;
    const log = await keepLog(e.log);
    const lastLines = e.log.trimEnd().split('\n').slice(-LAST_LINES);
    const commandLine = script[script.length - 1] ?? '';
    return fail(toolFailed({ tool: 'yosys (WebAssembly)', commandLine, outcome: 'it failed', lastLines, log }), 'tool');
  }
}

async function keepLog(text: string): Promise<string> {
  const file = join(tmpdir(), `sluice-${process.pid}-yosys.log`);
  return writeFile(file, text).then(
    () => file,
    () => 'it could not be kept',
  );
}

async function native(
  files: ReadonlyMap<string, FileContent>,
  script: readonly string[],
  wanted: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-yosys-'));
  try {
    for (const [path, content] of files) {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await writeFile(join(dir, path), content);
    }
    await writeFile(join(dir, 'script.ys'), `${script.join('\n')}\n`);
    await runTool({ tool: 'yosys', args: ['-Q', '-T', '-s', 'script.ys'], cwd: dir, install: INSTALL });
    const texts = await Promise.all(wanted.map((name) => readFile(join(dir, name), 'utf8')));
    return new Map(wanted.map((name, i) => [name, texts[i] ?? '']));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
