import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Diagnostic, DiagnosticError } from '../diag/diagnostic.ts';
import { executorBroken, noScratch } from '../diag/messages-emit.ts';
import { systemReason } from '../diag/system-error.ts';

/** Whatever an executor throws, as diagnostics. What is no diagnostic yet is kept in full in a file that is named. */
export async function failureOf(executor: string, e: unknown): Promise<readonly Diagnostic[]> {
  if (e instanceof DiagnosticError) return e.diagnostics;
  const reason = systemReason(e);
  if (reason !== undefined && e instanceof Error) return [noScratch(executor, `${reason} (${pathOf(e)})`)];
  const log = join(tmpdir(), `sluice-${process.pid}-${executor}.log`);
  const kept = await writeFile(log, fullText(e)).then(
    () => log,
    () => 'it could not be kept',
  );
  return [executorBroken(executor, shortText(e), kept)];
}

const pathOf = (e: Error): string => ('path' in e ? String(e.path) : e.message);

/** Tools' own errors carry the tool's log. */
const fullText = (e: unknown): string =>
  e instanceof Error ? `${'log' in e ? `${e.log}\n` : ''}${e.stack ?? e.message}\n` : `${e}\n`;

const LAST_LINES = 6;

/** The message; of many lines the last, where tools say what was wrong. */
function shortText(e: unknown): string {
  const lines = (e instanceof Error ? e.message : String(e)).split('\n').filter((line) => line.trim() !== '');
  const [first = 'no message', ...rest] = lines;
  return [first, ...rest.slice(-LAST_LINES).map((line) => `  | ${line}`)].join('\n');
}
