/**
 * `npm test`: all tests. Installs what is missing; tests that need Verilator, Icarus or a C++ compiler say so and use
 * what comes with the packages where those are not there. `SLUICE_CASES` sets the size of the random suites.
 * Arguments go to vitest: `npm test -- test/ir`. Ends with one line: `N passed, N failed`.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binary, ensureBuilt, ensureInstalled, node } from './common.mjs';

await ensureInstalled();
await ensureBuilt();

const scratch = mkdtempSync(join(tmpdir(), 'sluice-test-'));
const report = join(scratch, 'report.json');
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const { code } = await node([binary('vitest', 'vitest'), 'run', ...reporters, ...process.argv.slice(2)]);

try {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  // A file that does not even load has no tests to count.
  const broken = testResults.filter((f) => f.status === 'failed' && f.assertionResults.length === 0).length;
  console.log(`${numPassedTests} passed, ${numFailedTests + broken} failed`);
} catch {
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (code !== 0) process.exitCode = code;
