/** Jobs on the cores of this machine, a process for each: measuring is pure computation and would block the event loop. */
import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail } from '../diag/diagnostic.ts';
import { lostWorker } from '../diag/messages-sweep.ts';
import type { FromChild, ToChild } from './child.ts';
import type { Job, Source } from './job.ts';
import type { Pool } from './run.ts';

/** A process that died takes its job with it; another gets it, but no job may take down all of them. */
const ATTEMPTS = 3;

interface Lane {
  child: ChildProcess;
  busy: boolean;
}

const entry = fileURLToPath(new URL(`./child${extname(import.meta.url)}`, import.meta.url));

export function localPool(source: Source, width: number): Pool {
  const lanes: Lane[] = [];
  const waiting: ((lane: Lane) => void)[] = [];

  const start = (): ChildProcess => {
    const child = fork(entry, [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const hello: ToChild = { source };
    child.send(hello);
    return child;
  };
  const take = async (): Promise<Lane> => {
    const idle = lanes.find((l) => !l.busy);
    if (idle) {
      idle.busy = true;
      return idle;
    }
    if (lanes.length < width) {
      const lane = { child: start(), busy: true };
      lanes.push(lane);
      return lane;
    }
    return new Promise((resolve) => waiting.push(resolve));
  };
  const give = (lane: Lane): void => {
    const next = waiting.shift();
    if (next) next(lane);
    else lane.busy = false;
  };

  return {
    width,
    compute: async (job) => {
      const lane = await take();
      try {
        for (let attempt = 1; ; attempt++) {
          const reply = await ask(lane.child, job);
          if (reply && 'result' in reply) return reply.result;
          if (reply) throw new Error(reply.failure);
          if (attempt === ATTEMPTS)
            return fail(lostWorker(`its process ended ${ATTEMPTS} times at ${JSON.stringify(job.config)}`), 'tool');
          lane.child = start();
        }
      } finally {
        give(lane);
      }
    },
    close: async () => {
      for (const { child } of lanes) if (child.connected) child.disconnect();
    },
  };
}

/** The answer to a job, or undefined if the process ended before. */
function ask(child: ChildProcess, job: Job): Promise<FromChild | undefined> {
  return new Promise((resolve) => {
    const settle = (reply: FromChild | undefined): void => {
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(reply);
    };
    const onMessage = (reply: unknown): void => settle(reply as FromChild);
    const onExit = (): void => settle(undefined);
    child.on('message', onMessage);
    child.on('exit', onExit);
    if (!child.connected) return settle(undefined);
    const message: ToChild = { job };
    child.send(message, (e) => (e ? settle(undefined) : undefined));
  });
}
