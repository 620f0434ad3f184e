import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { serveQueue } from '../../sweep/queue.ts';
import { EXIT, nonEmpty, perform, positiveInteger, positiveNumber, verb } from '../command.ts';

interface Options {
  readonly queue: string;
  readonly jobs?: number;
  readonly idle?: number;
  readonly json?: boolean;
}

const LOOK_MS = 200;

export const workerCommand = (): Command =>
  verb('worker', 'sluice worker --queue redis://host:6379')
    .requiredOption('--queue <URL>', 'the Redis server that a sweep was given', nonEmpty)
    .option('--jobs <N>', 'designs at a time (default: one per core)', positiveInteger)
    .option('--idle <SECONDS>', 'end after so long without a job (default: never)', positiveNumber)
    .action(({ queue, jobs, idle, json }: Options) =>
      perform(json === true, async (out) => {
        const serving = await serveQueue(queue, jobs ?? availableParallelism(), (n) => out.progress(`${n} designs`));
        out.progress('waiting for jobs');
        await stopped(() => idle !== undefined && serving.idle() > 1000 * idle);
        await serving.close();
        out.say(`${serving.done()} designs`);
        out.json({ ok: true, designs: serving.done() });
        return EXIT.ok;
      }),
    );

/** Until a signal, or until there is nothing more to do: jobs that have been taken are finished. */
function stopped(tired: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearInterval(timer);
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, end);
      resolve();
    };
    const timer = setInterval(() => {
      if (tired()) end();
    }, LOOK_MS);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  });
}
