import type { Command } from 'commander';
import { fail } from '../../diag/diagnostic.ts';
import { editedFiles, expectWithoutInputs, tooManySamples, unknownExecutor } from '../../diag/messages-cli.ts';
import { toolMissing } from '../../diag/messages-emit.ts';
import { openCache } from '../../flow/cache.ts';
import { compiles, EXECUTORS, type ExecutorName, installHint } from '../../flow/executors.ts';
import { type LoadedBuild, loadBuild } from '../../flow/load-build.ts';
import { keepVerdict } from '../../flow/verdict.ts';
import { type VerifyOptions, type VerifyResult, verify } from '../../flow/verify.ts';
import { DEFAULT_MEMORY } from '../../kernels/memory-agent.ts';
import { numel } from '../../num/tensor.ts';
import { collect, EXIT, integer, perform, positiveInteger, probability, share, verb } from '../command.ts';
import { readExpected, readInputs } from '../files.ts';
import type { Reporter } from '../reporter.ts';
import { verdictLines } from '../verdict.ts';

interface Options {
  readonly with?: string;
  readonly inputs?: readonly string[];
  readonly expect?: readonly string[];
  readonly samples: number;
  readonly seed: number;
  readonly stall: number;
  readonly memoryLatency: number;
  readonly memoryBandwidth: number;
  readonly json?: boolean;
}

const ALL = EXECUTORS.join(', ');

export const verifyCommand = (): Command =>
  verb('verify', 'sluice verify out --inputs x.npy --expect y.npy --stall 0.3')
    .argument('<DIR>', 'a build directory')
    .option('--with <LIST>', `executors, separated by commas: ${ALL} (default: all whose tools are here)`)
    .option('--inputs <[NAME=]X.npy>', 'real inputs, or integer codes; repeatable (default: random)', collect)
    .option('--expect <[NAME=]Y.npy>', "the model's expected output for these inputs; repeatable", collect)
    .option('--samples <N>', 'random samples', positiveInteger, 8)
    .option('--seed <S>', 'seed of random samples and stalls', integer, 1)
    .option('--stall <P>', 'probability of a stall on each port in each cycle', probability, 0)
    .option('--memory-latency <N>', 'cycles from an address to its first beat', positiveInteger, DEFAULT_MEMORY.latency)
    .option('--memory-bandwidth <B>', 'beats per cycle that the memory gives', share, DEFAULT_MEMORY.bandwidth)
    .action((dir: string, options: Options) =>
      perform(options.json === true, async (out) => {
        const executors = options.with === undefined ? EXECUTORS : chosen(options.with);
        if (options.expect && !options.inputs) fail(expectWithoutInputs());
        const build = await loadBuild(dir);
        const memory = { latency: options.memoryLatency, bandwidth: options.memoryBandwidth };
        const { seed, stall } = options;
        const what = { ...(await readArrays(build, options)), executors, seed, stall, memory };
        if (build.edited.length > 0) out.diagnose([editedFiles(dir, build.edited)]);
        const result = await cachedVerify(build, { ...what, samples: samplesFor(build, options.samples) }, out);
        await keepVerdict(dir, result);
        const asked = options.with !== undefined;
        for (const line of verdictLines(result, asked)) out.say(line);
        for (const [name, e] of Object.entries(result.executors)) {
          if (e.status === 'missing' && asked) out.diagnose([toolMissing(name, installHint(name as ExecutorName))]);
          out.diagnose(e.diagnostics ?? []);
        }
        const code = exitCode(result, asked);
        out.json({ ...result, ok: code === EXIT.ok });
        return code;
      }),
    );

async function readArrays(
  { model }: LoadedBuild,
  { inputs, expect }: Options,
): Promise<Pick<VerifyOptions, 'inputs' | 'expect'>> {
  const names = model.pre.inputs.map((i) => i.name);
  const outputs = [...model.post.outputs, ...model.graph.outputs].map((o) => o.name);
  return {
    ...(inputs ? { inputs: await readInputs(inputs, names) } : {}),
    ...(expect ? { expect: await readExpected(expect, outputs) } : {}),
  };
}

async function cachedVerify(build: LoadedBuild, options: VerifyOptions, out: Reporter): Promise<VerifyResult> {
  if (!options.executors.some(compiles)) return verify(build, options, out.progress);
  const cache = await openCache();
  try {
    out.diagnose(cache.warnings);
    return await verify(build, options, out.progress);
  } finally {
    await cache.release();
  }
}

/** Names separated by commas; each once. */
export function chosen(list: string): ExecutorName[] {
  const names = list.split(',').map((name) => name.trim());
  return [...new Set(names.map((name) => EXECUTORS.find((e) => e === name) ?? fail(unknownExecutor(name, EXECUTORS))))];
}

/** Integers per port that fit in memory comfortably. */
const MOST_INTEGERS = 2 ** 26;

function samplesFor({ hardware: { graph } }: LoadedBuild, samples: number): number {
  const sizes = [...graph.inputs, ...graph.outputs].map((p) => numel(p.layout.shape));
  const most = Math.max(1, Math.floor(MOST_INTEGERS / Math.max(1, ...sizes)));
  return samples <= most ? samples : fail(tooManySamples(samples, most));
}

/** A difference outweighs a failure, a failure a missing tool; a tool that nobody asked for may be missing. */
export function exitCode(result: Pick<VerifyResult, 'executors' | 'golden'>, asked: boolean): number {
  const all = Object.values(result.executors);
  if (all.some((e) => e.status === 'different') || result.golden?.status === 'different') return EXIT.different;
  if (all.some((e) => e.status === 'failed')) return EXIT.tool;
  return asked && all.some((e) => e.status === 'missing') ? EXIT.tool : EXIT.ok;
}
