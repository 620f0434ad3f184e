import { expect, it } from 'vitest';
import { type Reporter, reporter } from '../../src/cli/reporter.ts';

const ESC = '\x1b';

/** What a session with the reporter leaves on both streams. */
function session(
  options: { json?: boolean; isTTY?: boolean; columns?: number; env?: Record<string, string> },
  body: (out: Reporter) => void,
): { stdout: string; stderr: string } {
  const written = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      written[name] += text;
    },
    isTTY: options.isTTY ?? false,
    columns: options.columns ?? 0,
  });
  body(reporter(options.json ?? false, { stdout: sink('stdout'), stderr: sink('stderr'), env: options.env ?? {} }));
  return written;
}

const work = (out: Reporter): void => {
  out.progress('import');
  out.progress('import');
  out.progress('a long step');
  out.diagnose([{ code: 'W0001', severity: 'warning', message: 'careful' }]);
  out.say('result');
  out.json({ ok: true });
  out.close();
};

it('writes plain lines of progress where nobody watches', () => {
  expect(session({}, work)).toEqual({
    stdout: 'result\n',
    stderr: '… import\n… a long step\nwarning[W0001]: careful\n',
  });
  expect(session({ isTTY: true, env: { CI: 'true', NO_COLOR: '1' } }, work).stderr).toBe(session({}, work).stderr);
  expect(session({ isTTY: true, env: { TERM: 'dumb' } }, work).stderr).toBe(session({}, work).stderr);
});

it('writes one JSON document to stdout and no progress with --json', () => {
  const { stdout, stderr } = session({ json: true, isTTY: true, env: { NO_COLOR: '1' } }, work);
  expect(JSON.parse(stdout)).toEqual({ ok: true });
  expect(stderr).toBe('warning[W0001]: careful\n');
});

it('changes one line on a terminal, no wider than it, and takes it away before anything else is printed', () => {
  const { stdout, stderr } = session({ isTTY: true, columns: 8, env: { NO_COLOR: '1' } }, work);
  const clear = `\r${ESC}[2K`;
  expect(stderr).toBe(`${clear}… impor${clear}… a lon${clear}warning[W0001]: careful\n`);
  expect(stdout).toBe('result\n');
  expect(session({ isTTY: true, env: { NO_COLOR: '1' } }, work).stderr).toContain('… a long step');
});

it('leaves no line behind when the work ends in silence', () => {
  const { stderr } = session({ isTTY: true, env: { NO_COLOR: '1' } }, (out) => {
    out.progress('import');
    out.close();
    out.close();
  });
  expect(stderr).toBe(`\r${ESC}[2K… import\r${ESC}[2K`);
});

it('colours diagnostics on terminals only, and not against NO_COLOR', () => {
  const error = (out: Reporter): void => out.diagnose([{ code: 'E0001', severity: 'error', message: 'no' }]);
  expect(session({ isTTY: true }, error).stderr).toBe(`${ESC}[31merror[E0001]: no${ESC}[0m\n`);
  expect(session({ isTTY: true, env: { NO_COLOR: '1' } }, error).stderr).toBe('error[E0001]: no\n');
  expect(session({}, error).stderr).toBe('error[E0001]: no\n');
});
