import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
/** Loaded before the program: writes its use of memory and processor to file descriptor 3 when it ends. */
const USAGE = `data:text/javascript,${encodeURIComponent(
  "import { writeSync } from 'node:fs'; process.on('exit', () => writeSync(3, JSON.stringify(process.resourceUsage())));",
)}`;

export interface CliRun {
  /** From the start of the process to its end. */
  readonly seconds: number;
  /** Processor time, of all threads. */
  readonly cpu: number;
  /** MB. */
  readonly peak: number;
}

/** Runs the compiled program as a user does. Throws with its words where it fails. */
export async function sluice(...args: readonly string[]): Promise<CliRun> {
  if (!existsSync(MAIN)) throw new Error('dist/cli/main.js is missing: run `npm run build` first');
  const start = performance.now();
  const child = spawn(process.execPath, ['--import', USAGE, MAIN, ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const text = ['', ''];
  [child.stderr, child.stdio[3]].forEach((stream, i) => {
    stream?.on('data', (chunk: Buffer) => {
      text[i] += chunk.toString();
    });
  });
  const code = await new Promise<number | null>((done) => child.on('close', done));
  if (code !== 0) throw new Error(`sluice ${args.join(' ')} ended with ${code}: ${text[0]}`);
  const seconds = (performance.now() - start) / 1000;
  const usage = JSON.parse(text[1] ?? '') as NodeJS.ResourceUsage;
  return { seconds, cpu: (usage.userCPUTime + usage.systemCPUTime) / 1e6, peak: usage.maxRSS / 1024 };
}

/** The faster of two runs. */
export async function fastestRun(...args: readonly string[]): Promise<CliRun> {
  const runs = [await sluice(...args), await sluice(...args)];
  return {
    seconds: Math.min(...runs.map((r) => r.seconds)),
    cpu: Math.min(...runs.map((r) => r.cpu)),
    peak: Math.max(...runs.map((r) => r.peak)),
  };
}
