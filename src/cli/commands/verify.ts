import type { Command } from 'commander';
import { fail } from '../../diag/diagnostic.ts';
import { unknownExecutor } from '../../diag/messages-cli.ts';
import { EXECUTORS, type ExecutorName, isPresent } from '../../flow/executors.ts';
import { loadBuild } from '../../flow/load-build.ts';
import { type VerifyResult, verify } from '../../flow/verify.ts';
import { readNpy } from '../../num/npy.ts';
import { collect, EXIT, integer, perform, positiveInteger, probability, verb } from '../command.ts';
import { read, readInputs } from '../files.ts';

interface Options {
  readonly with?: string;
  readonly inputs?: readonly string[];
  readonly expect?: string;
  readonly samples: number;
  readonly seed: number;
  readonly stall: number;
  readonly json?: boolean;
}

export const verifyCommand = (): Command =>
  verb(
    'verify',
    'runs every executor on the same vectors and compares integers',
    'sluice verify out --inputs x.npy --expect y.npy --stall 0.3',
  )
    .argument('<DIR>', 'a build directory')
    .option('--with <LIST>', `executors, separated by commas: ${EXECUTORS.join(', ')} (default: those at hand)`)
    .option('--inputs <[NAME=]X.npy>', 'real inputs, or integer codes; repeatable (default: random)', collect)
    .option('--expect <Y.npy>', "the model's expected output for these inputs")
    .option('--samples <N>', 'random samples', positiveInteger, 8)
    .option('--seed <S>', 'seed of random samples and stalls', integer, 1)
    .option('--stall <P>', 'probability of a stall on each port in each cycle', probability, 0)
    .action((dir: string, options: Options) =>
      perform(options.json === true, async (out) => {
        const build = await loadBuild(dir);
        const names = build.model.pre.inputs.map((i) => i.name);
        const inputs = options.inputs ? await readInputs(options.inputs, names) : undefined;
        const expect = options.expect
          ? { file: options.expect, array: readNpy(await read(options.expect), options.expect) }
          : undefined;
        const executors = await choose(options.with);
        const { samples, seed, stall } = options;
        const result = await verify(
          build,
          { samples, seed, stall, executors, ...(inputs ? { inputs } : {}), ...(expect ? { expect } : {}) },
          out.progress,
        );
        for (const line of lines(result)) out.say(line);
        for (const e of Object.values(result.executors)) out.diagnose(e.diagnostics ?? []);
        out.json(result);
        return exitCode(result, options.with !== undefined);
      }),
    );

/** Named executors, or those whose tools are here. Where Verilator or Icarus is there, the slower of the rest stay out. */
async function choose(list: string | undefined): Promise<ExecutorName[]> {
  if (list !== undefined) {
    return list
      .split(',')
      .map((name) => EXECUTORS.find((e) => e === name.trim()) ?? fail(unknownExecutor(name, EXECUTORS)));
  }
  const present: ExecutorName[] = [];
  for (const name of EXECUTORS) if (await isPresent(name)) present.push(name);
  return present;
}

function exitCode(result: VerifyResult, asked: boolean): number {
  const all = Object.values(result.executors);
  if (all.some((e) => e.status === 'different') || result.golden?.status === 'different') return EXIT.different;
  if (all.some((e) => e.status === 'failed')) return EXIT.tool;
  return asked && all.some((e) => e.status === 'missing') ? EXIT.tool : EXIT.ok;
}

function lines(r: VerifyResult): string[] {
  const rows = Object.entries(r.executors).map(([name, e]) => {
    const cycles = e.cycles ? `latency ${e.cycles.latency}, II ${e.cycles.ii} cycles` : '';
    const note = e.notes.length > 0 ? e.notes.slice(0, 3).join('; ') : cycles;
    return `  ${name.padEnd(10)} ${e.status.padEnd(10)} ${note}`.trimEnd();
  });
  const stalls = r.stall > 0 ? `, stalls with probability ${r.stall}` : '';
  return [
    `${r.samples} samples${stalls}; the cycle model says latency ${r.model.latency}, II ${r.model.ii} cycles`,
    ...rows,
    ...(r.golden
      ? [
          `  ${'golden'.padEnd(10)} ${r.golden.status.padEnd(10)} largest error ${r.golden.maxAbsError.toExponential(2)}`,
        ]
      : []),
    r.ok ? 'equal, integer for integer' : 'NOT EQUAL',
  ];
}
