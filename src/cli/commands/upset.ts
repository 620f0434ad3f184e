import type { Command } from 'commander';
import { loadBuild } from '../../flow/load-build.ts';
import { upset } from '../../flow/upset.ts';
import { EXIT, integer, perform, positiveInteger, probability, verb } from '../command.ts';

interface Options {
  readonly injections: number;
  readonly seed: number;
  readonly stall: number;
  readonly json?: boolean;
}

export const upsetCommand = (): Command =>
  verb('upset', 'sluice upset out --injections 20000')
    .argument('<DIR>', 'a build directory')
    .option('--injections <N>', 'flips, one at a time, every flip-flop in turn', positiveInteger, 20_000)
    .option('--seed <S>', 'seed of the cycles that are hit, of samples and stalls', integer, 1)
    .option('--stall <P>', 'probability of a stall on each port in each cycle', probability, 0.2)
    .action((dir: string, { injections, seed, stall, json }: Options) =>
      perform(json === true, async (out) => {
        const build = await loadBuild(dir);
        out.progress('upsets');
        const r = await upset(build, { injections, seed }, stall);
        const share = ((100 * r.wrong) / r.injections).toFixed(1);
        out.say(`${r.injections} upsets, ${r.hit} of ${r.flipFlops} flip-flops hit`);
        out.say(`outputs wrong after ${r.wrong} (${share} %)`);
        out.say(
          `state not repaired after ${r.unrepaired}; else right again after at most ${r.slowestRepair} clock edges`,
        );
        const ok = r.wrong === 0 && r.unrepaired === 0;
        out.json({ ok, ...r });
        return ok ? EXIT.ok : EXIT.different;
      }),
    );
