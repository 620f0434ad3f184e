import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { runCli } from '../../src/cli/cli.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Answer {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  /** Without lines of progress. */
  readonly stderr: string;
  readonly progress: readonly string[];
}

/** Runs a command line in this process and gathers what it writes. */
export async function sluice(...args: string[]): Promise<Answer> {
  const text = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
      text[name] += String(chunk);
      return true;
    }),
  );
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await runCli(args);
    const lines = text.stderr.split('\n');
    return {
      exitCode: process.exitCode === undefined ? undefined : Number(process.exitCode),
      stdout: text.stdout,
      stderr: lines.filter((l) => !l.startsWith('… ')).join('\n'),
      progress: lines.filter((l) => l.startsWith('… ')),
    };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}

/** A directory to work in, with one of the example networks; gone after `leave`. */
export async function workplace(): Promise<{ readonly dir: string; readonly leave: () => Promise<void> }> {
  const home = process.cwd();
  const dir = await mkdtemp(join(tmpdir(), 'sluice-cli-'));
  for (const name of ['model.onnx', 'input.npy', 'expected.npy']) {
    await cp(join(ROOT, 'examples/digits-mlp', name), join(dir, name === 'model.onnx' ? 'mlp.onnx' : name));
  }
  process.chdir(dir);
  return {
    dir,
    leave: async () => {
      process.chdir(home);
      await rm(dir, { recursive: true, force: true });
    },
  };
}
