/** Jobs on many machines: a BullMQ queue in Redis, which any number of `sluice worker` empty. */
import { deserialize, serialize } from 'node:v8';
import { Queue, QueueEvents, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { fail } from '../diag/diagnostic.ts';
import { badQueue, lostWorker } from '../diag/messages-sweep.ts';
import { VERSION } from '../flow/version.ts';
import { type Job, type JobResult, type Source, sourceHash } from './job.ts';
import { localPool } from './local.ts';
import type { Pool } from './run.ts';

const QUEUE = 'sluice';

/**
 * A worker renews its claim on a job twice in this many milliseconds; when it is killed, the claim runs out and the job goes to
 * another.
 */
const CLAIM_MS = 10_000;

/** How long models and results that nobody has fetched stay in Redis. */
const KEPT_SECONDS = 7 * 24 * 3600;

/** Jobs asked for at a time: more than any number of workers takes, so that none waits for us. */
const WIDTH = 256;

interface Task {
  readonly source: string;
  readonly job: Job;
}

const sourceKey = (hash: string): string => `${QUEUE}:source:${hash}`;

/** A connection that is up; throws a diagnostic where there is none. */
async function connect(url: string): Promise<Redis> {
  let redis: Redis | undefined;
  try {
    redis = new Redis(url, { maxRetriesPerRequest: null, lazyConnect: true, retryStrategy: () => null });
    redis.on('error', () => {});
    await redis.connect();
    // From now on a server that goes away is waited for.
    redis.options.retryStrategy = (times) => Math.min(1000, 50 * times);
    return redis;
  } catch (e) {
    redis?.disconnect();
    return fail(badQueue(url, e instanceof Error ? e.message : String(e)), 'tool');
  }
}

/** Sends jobs to the queue and waits for their results. A job that is there already is not added twice. */
export async function queuePool(url: string, source: Source): Promise<Pool> {
  const redis = await connect(url);
  const hash = sourceHash(source);
  await redis.set(sourceKey(hash), serialize(source), 'EX', KEPT_SECONDS);
  const queue = new Queue<Task, JobResult>(QUEUE, { connection: redis });
  // A connection that waits for events takes no commands.
  const waiting = redis.duplicate();
  const events = new QueueEvents(QUEUE, { connection: waiting });
  await events.waitUntilReady();
  return {
    width: WIDTH,
    compute: async (job) => {
      const options = { jobId: job.key, attempts: 3, removeOnComplete: { age: KEPT_SECONDS }, removeOnFail: true };
      const task = await queue.add('design', { source: hash, job }, options);
      try {
        return await task.waitUntilFinished(events);
      } catch (e) {
        return fail(lostWorker(e instanceof Error ? e.message : String(e)), 'tool');
      }
    },
    close: async () => {
      await events.close();
      await queue.close();
      for (const connection of [waiting, redis]) connection.disconnect();
    },
  };
}

export interface Serving {
  /** Jobs done so far. */
  readonly done: () => number;
  /** Milliseconds since there was anything to do. */
  readonly idle: () => number;
  readonly close: () => Promise<void>;
}

/** Takes jobs from the queue until closed, `width` at a time, each in a process of its own. */
export async function serveQueue(url: string, width: number, progress: (done: number) => void): Promise<Serving> {
  const redis = await connect(url);
  // Jobs that begin together share one pool: it is kept from the moment that it is asked for.
  const pools = new Map<string, Promise<Pool>>();
  let done = 0;
  let active = 0;
  let last = Date.now();
  const opened = async (hash: string): Promise<Pool> => {
    const bytes = await redis.getBuffer(sourceKey(hash));
    if (!bytes) throw new Error('the model of this job is not in the queue');
    const source = deserialize(bytes) as Source;
    if (source.version !== VERSION)
      throw new Error(
        `this worker is version ${VERSION}, the sweep ${source.version}: install the same on all machines`,
      );
    return localPool(source, width);
  };
  const poolFor = (hash: string): Promise<Pool> => {
    const pool = pools.get(hash) ?? opened(hash);
    pools.set(hash, pool);
    pool.catch(() => pools.delete(hash));
    return pool;
  };
  const waiting = redis.duplicate();
  const worker = new Worker<Task, JobResult>(
    QUEUE,
    async ({ data }) => {
      active++;
      try {
        const pool = await poolFor(data.source);
        return await pool.compute(data.job);
      } finally {
        active--;
        last = Date.now();
        progress(++done);
      }
    },
    {
      connection: waiting,
      concurrency: width,
      lockDuration: CLAIM_MS,
      stalledInterval: CLAIM_MS / 2,
      maxStalledCount: 100,
    },
  );
  worker.on('error', () => {});
  await worker.waitUntilReady();
  return {
    done: () => done,
    idle: () => (active > 0 ? 0 : Date.now() - last),
    close: async () => {
      await worker.close();
      for (const pool of pools.values()) await (await pool).close();
      for (const connection of [waiting, redis]) connection.disconnect();
    },
  };
}
