/** `npm run bench`: the benchmarks of `bench/`. Arguments are passed on. */
import { binary, ensureBuilt, ensureInstalled, node } from './common.mjs';

await ensureInstalled();
await ensureBuilt();
const { code } = await node(['--expose-gc', binary('tsx', 'tsx'), 'bench/main.ts', ...process.argv.slice(2)]);
process.exitCode = code;
