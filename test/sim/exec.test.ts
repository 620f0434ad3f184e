import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DiagnosticError } from '../../src/diag/diagnostic.ts';
import { runTool, toolVersion } from '../../src/tools/exec.ts';

const failure = async (call: Promise<unknown>): Promise<DiagnosticError> => {
  const error: DiagnosticError = await call.then(String, (e) => e);
  expect(error).toBeInstanceOf(DiagnosticError);
  return error;
};

it('returns what a tool printed', async () => {
  const { stdout, stderr } = await runTool({ tool: 'sh', args: ['-c', 'echo out; echo err >&2'], install: '' });
  expect([stdout, stderr]).toEqual(['out', 'err']);
});

it('says how to get a missing tool', async () => {
  const { diagnostics, kind } = await failure(runTool({ tool: 'no-such-simulator', args: [], install: 'install it' }));
  expect(kind).toBe('tool');
  expect(diagnostics[0]).toMatchObject({ code: 'E0601', help: 'install it' });
  expect(await toolVersion('no-such-simulator')).toBeUndefined();
});

it('quotes the command line, the exit code, the last lines and where all of them are', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-exec-'));
  const log = join(dir, 'logs', 'tool.log');
  const script = 'for (let i = 1; i <= 40; i++) console.log("line " + i); process.exitCode = 7';
  const { diagnostics } = await failure(runTool({ tool: process.execPath, args: ['-e', script], install: '', log }));
  expect(diagnostics[0]?.message).toMatch(/^exit code 7\n/);
  expect(diagnostics[0]?.message).toContain('line 40');
  expect(diagnostics[0]?.message).not.toContain('line 20\n');
  expect(diagnostics[0]?.help).toContain(`'${script}'`);
  expect(diagnostics[0]?.help).toContain(log);
  expect(await readFile(log, 'utf8')).toContain('line 1\n');
  await rm(dir, { recursive: true });
});

it('kills a tool that takes too long', async () => {
  const { diagnostics } = await failure(
    runTool({ tool: process.execPath, args: ['-e', 'setTimeout(() => {}, 20_000)'], install: '', timeout: 100 }),
  );
  expect(diagnostics[0]?.message).toContain('killed after 100 ms');
});
