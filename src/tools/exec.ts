/** The one place that starts outside programs. */
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { fail } from '../diag/diagnostic.ts';
import { toolFailed, toolMissing } from '../diag/messages-emit.ts';

export interface ToolCall {
  readonly tool: string;
  readonly args: readonly string[];
  /** How to get the tool, in words, for when it is missing. */
  readonly install: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Kill the tool after this many milliseconds. */
  readonly timeout?: number;
  /** Where the full output goes when the tool fails; default: a file in the system's temporary directory. */
  readonly log?: string;
}

export interface ToolOutput {
  readonly stdout: string;
  readonly stderr: string;
}

const LAST_LINES = 12;
const OUTPUT_LIMIT = 256 * 1024 * 1024;

/** Runs a program to its end. A missing or failing one is a `tool` error that says what to do or where to look. */
export async function runTool(call: ToolCall): Promise<ToolOutput> {
  const result = await execa(call.tool, [...call.args], {
    reject: false,
    stdin: 'ignore',
    all: true,
    maxBuffer: OUTPUT_LIMIT,
    ...(call.cwd === undefined ? {} : { cwd: call.cwd }),
    ...(call.env === undefined ? {} : { env: call.env }),
    ...(call.timeout === undefined ? {} : { timeout: call.timeout }),
  });
  if (!result.failed) return { stdout: result.stdout, stderr: result.stderr };
  if (result.code === 'ENOENT' && result.exitCode === undefined) fail(toolMissing(call.tool, call.install), 'tool');
  const commandLine = [call.tool, ...call.args].map(shellWord).join(' ');
  const log = call.log ?? join(tmpdir(), `sluice-${process.pid}-${toolName(call.tool)}.log`);
  const output = result.all ?? '';
  await mkdir(dirname(log), { recursive: true });
  await writeFile(log, `${commandLine}\n${output}\n`);
  const outcome = result.timedOut
    ? `killed after ${call.timeout} ms`
    : result.exitCode === undefined
      ? `ended by ${result.signal ?? result.shortMessage}`
      : `exit code ${result.exitCode}`;
  const lastLines = output.trimEnd().split('\n').slice(-LAST_LINES);
  return fail(toolFailed({ tool: toolName(call.tool), commandLine, outcome, lastLines, log }), 'tool');
}

/** The first line that `tool args` prints, or undefined when the tool is missing or broken. */
export async function toolVersion(tool: string, args: readonly string[] = ['--version']): Promise<string | undefined> {
  const result = await execa(tool, [...args], { reject: false, stdin: 'ignore', timeout: 20_000 });
  if (result.exitCode === undefined) return undefined;
  return `${result.stdout}\n${result.stderr}`
    .split('\n')
    .find((line) => line.trim() !== '')
    ?.trim();
}

const toolName = (tool: string): string => tool.split('/').pop() ?? tool;

const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
