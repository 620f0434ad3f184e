/** `npm run check`: format, lint, types, dependency rules, unused code and the fast tests, in under a minute. */
import { binary, ensureInstalled, node } from './common.mjs';

await ensureInstalled();

/** What the compiler remembers between runs. */
const TYPES = 'node_modules/.cache/sluice-check.tsbuildinfo';

const STATIC = [
  ['format and lint', [binary('@biomejs/biome', 'biome'), 'check', '--error-on-warnings']],
  ['types', [binary('typescript', 'tsc'), '--noEmit', '-p', '.', '--incremental', '--tsBuildInfoFile', TYPES]],
  ['dependency rules', [binary('dependency-cruiser', 'depcruise'), 'src', '--config', '.dependency-cruiser.cjs']],
  ['unused code', [binary('knip', 'knip'), '--no-progress', '--no-config-hints']],
];

/** Runs one gate; what it prints is shown where it fails. */
async function gate(name, args) {
  const start = Date.now();
  const { code, stdout } = await node(args, { capture: true, env: { NO_COLOR: '1', FORCE_COLOR: undefined } });
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  console.log(`${code === 0 ? '✓' : '✗'} ${name.padEnd(18)} ${seconds.padStart(5)} s`);
  if (code !== 0) console.log(stdout);
  return code === 0;
}

const gates = await Promise.all(STATIC.map(([name, args]) => gate(name, args)));
gates.push(await gate('fast tests', [binary('vitest', 'vitest'), 'run', '--project', 'fast', '--reporter=dot']));
process.exitCode = gates.every(Boolean) ? 0 : 1;
