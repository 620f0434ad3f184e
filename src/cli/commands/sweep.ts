import { availableParallelism } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { Command } from 'commander';
import { VERSION } from '../../flow/version.ts';
import { printModel } from '../../ir/text/index.ts';
import { readNpy } from '../../num/npy.ts';
import { writeSafetensors } from '../../num/safetensors.ts';
import type { Source } from '../../sweep/job.ts';
import { localPool } from '../../sweep/local.ts';
import { sampleCount } from '../../sweep/measure.ts';
import { frontTable, sweepFiles } from '../../sweep/output.ts';
import { type Progress, runSweep, sweepHash } from '../../sweep/run.ts';
import { checkSweep, type Sweep } from '../../sweep/spec.ts';
import { openStore } from '../../sweep/store.ts';
import { EXIT, nonEmpty, perform, positiveInteger, verb } from '../command.ts';
import { parseData } from '../config.ts';
import { modelName, read } from '../files.ts';
import { readTensorText } from '../model-text.ts';

interface Options {
  readonly output: string;
  readonly jobs?: number;
  readonly queue?: string;
  readonly json?: boolean;
}

export const sweepCommand = (): Command =>
  verb('sweep', 'sluice sweep sweep.yaml -o out')
    .argument('<SPEC>', 'a YAML or JSON file: model, axes, objectives, search; docs/sweep.md')
    .requiredOption('-o, --output <DIR>', 'where results are kept; a sweep that was stopped goes on there', nonEmpty)
    .option('--jobs <N>', 'designs at a time (default: one per core)', positiveInteger)
    .option('--queue <URL>', 'give the jobs to `sluice worker` by a Redis server, redis://host:6379', nonEmpty)
    .action((file: string, { output, jobs, queue, json }: Options) =>
      perform(json === true, async (out) => {
        const sweep = checkSweep(file, parseData(file, (await read(file)).toString('utf8')));
        const source = await sourceOf(sweep, dirname(file));
        const samples = samplesOf(source, sweep.data);
        const store = await openStore(output, sweepHash(sweep, source));
        const pool =
          queue === undefined
            ? localPool(source, jobs ?? availableParallelism())
            : await (await import('../../sweep/queue.ts')).queuePool(queue, source);
        const tell = estimate(out.progress);
        try {
          const result = await runSweep(sweep, source, samples, store, pool, tell);
          for (const [name, text] of sweepFiles(sweep, result)) await store.write(name, text);
          const { designs, trials, computed, reused } = result;
          const refused = designs.filter((d) => d.status === 'refused');
          out.say(frontTable(result));
          const why = refused[0]?.why;
          out.say('');
          out.say(
            `${designs.length} designs${trials > 0 ? ` and ${trials} trials on fewer samples` : ''}: ${computed} computed, ${reused} known before, ${refused.length} refused`,
          );
          if (why !== undefined) out.say(`refused, the first: ${why}`);
          out.say(`wrote ${output}/sweep.json, ${output}/front.json`);
          const front = designs.filter((d) => d.front).map(({ key, config, figures }) => ({ key, config, figures }));
          out.json({
            ok: true,
            dir: output,
            designs: designs.length,
            trials,
            computed,
            reused,
            refused: refused.length,
            front,
          });
          return EXIT.ok;
        } finally {
          await pool.close();
        }
      }),
    );

async function sourceOf({ model, data }: Sweep, folder: string): Promise<Source> {
  const at = (path: string): string => (isAbsolute(path) ? path : join(folder, path));
  const path = at(model);
  const bytes = await read(path);
  const common = { version: VERSION, file: basename(model) };
  const samples = data && {
    data: { inputs: await read(at(data.inputs)), expect: await read(at(data.expect)) },
  };
  if (!model.endsWith('.sir')) return { ...common, name: modelName(path), model: bytes, ...samples };
  const parsed = await readTensorText(path, bytes, undefined);
  const { text, consts } = printModel(parsed);
  const whole = { model: Buffer.from(text), constants: writeSafetensors(consts) };
  return { ...common, name: parsed.graph.name, ...whole, ...samples };
}

/** Samples of the data; what is wrong with its files is said before any job. */
function samplesOf({ data }: Source, files: Sweep['data']): number {
  if (!data || !files) return 0;
  const [inputs, expect] = [readNpy(data.inputs, files.inputs), readNpy(data.expect, files.expect)];
  return sampleCount({ inputs, expect }, files.expect);
}

/** Says how far a sweep is, and how long the jobs that are known will take at the mean speed so far. */
function estimate(say: (what: string) => void): (p: Progress) => void {
  const start = Date.now();
  return ({ done, known, computed }) => {
    const seconds = (((Date.now() - start) / 1000) * (known - done)) / Math.max(1, computed);
    const left = computed > 0 && known > done ? `, about ${duration(seconds)} left` : '';
    say(`${done} of ${known} designs${left}`);
  };
}

const duration = (seconds: number): string =>
  seconds < 90
    ? `${Math.ceil(seconds)} s`
    : seconds < 5400
      ? `${Math.round(seconds / 60)} min`
      : `${Math.round(seconds / 3600)} h`;
