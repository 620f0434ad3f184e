import { inParallel } from '../tools/parallel.ts';
import { front } from './front.ts';
import { type Job, type JobResult, jobOf, type Source, sourceHash } from './job.ts';
import { searchOf } from './search/index.ts';
import type { Candidate, Outcome } from './search/search.ts';
import { configAt } from './space.ts';
import type { Sweep } from './spec.ts';
import type { Store } from './store.ts';

/** Where jobs are computed. */
export interface Pool {
  /** Jobs that it works on at a time. */
  readonly width: number;
  readonly compute: (job: Job) => Promise<JobResult>;
  readonly close: () => Promise<void>;
}

export interface Progress {
  readonly done: number;
  /** Jobs that are known to be needed by now. */
  readonly known: number;
  readonly computed: number;
}

/** A design with all samples, and whether no other is better in every objective. */
export interface Design extends JobResult {
  readonly front: boolean;
}

export interface SweepResult {
  readonly objectives: Sweep['objectives'];
  readonly axes: Sweep['axes'];
  /** Designs in the order in which they were proposed. */
  readonly designs: readonly Design[];
  /** Jobs on fewer samples, which decided what went on. */
  readonly trials: number;
  readonly computed: number;
  readonly reused: number;
}

/** Everything that decides what a sweep does. */
export const sweepHash = (sweep: Sweep, source: Source): string =>
  jobOf(sourceHash(source) + JSON.stringify(sweep), {}, 0).key;

/**
 * Runs a sweep to its end. Results that are in the store are not computed again; each new one is stored before it counts.
 * `samples`: of the data, 0 without.
 */
export async function runSweep(
  sweep: Sweep,
  source: Source,
  samples: number,
  store: Store,
  pool: Pool,
  progress: (p: Progress) => void = () => {},
): Promise<SweepResult> {
  const hash = sourceHash(source);
  const designs = new Map<string, JobResult>();
  const trials = new Set<string>();
  const counts = { done: 0, known: 0, computed: 0 };
  const jobFor = ({ point, share }: Candidate): Job =>
    jobOf(hash, configAt(sweep.config, sweep.axes, point), Math.ceil(samples * share));
  const result = async (job: Job): Promise<JobResult> => {
    const known = await store.find(job.key);
    const found = known ?? (await pool.compute(job));
    if (!known) {
      await store.put(found);
      counts.computed++;
    }
    counts.done++;
    progress(counts);
    return found;
  };
  const search = searchOf(sweep);
  let answer: readonly Outcome[] = [];
  for (;;) {
    const step = search.next(answer);
    if (step.done) break;
    const jobs = step.value.map(jobFor);
    counts.known += jobs.length;
    progress(counts);
    const results = await inParallel(jobs, pool.width, result);
    results.forEach((r, i) => {
      if ((step.value[i]?.share ?? 1) === 1) designs.set(r.key, r);
      else trials.add(r.key);
    });
    answer = results.map((r) => outcomeOf(r, sweep));
  }
  return {
    objectives: sweep.objectives,
    axes: sweep.axes,
    designs: withFront([...designs.values()], sweep),
    trials: trials.size,
    computed: counts.computed,
    reused: counts.done - counts.computed,
  };
}

const outcomeOf = ({ status, figures }: JobResult, { objectives }: Sweep): Outcome =>
  status === 'done' ? objectives.map((o) => figures[o] ?? Number.POSITIVE_INFINITY) : undefined;

function withFront(all: readonly JobResult[], sweep: Sweep): Design[] {
  const done = all.flatMap((r, i) => {
    const figures = outcomeOf(r, sweep);
    return figures ? [{ i, figures }] : [];
  });
  const best = new Set(front(done.map((d) => d.figures)).map((k) => done[k]?.i));
  return all.map((r, i) => ({ ...r, front: best.has(i) }));
}
