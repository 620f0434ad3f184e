/** Results in the order of the jobs; at most `width` run at a time. After a failure no other begins, and when all have ended it is thrown. */
export async function inParallel<J, R>(jobs: readonly J[], width: number, run: (job: J) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(jobs.length);
  let next = 0;
  const lane = async (): Promise<void> => {
    try {
      for (let i = next++; i < jobs.length; i = next++) results[i] = await run(jobs[i] as J);
    } finally {
      // Of a lane that came to the end, too: there is nothing more to begin.
      next = jobs.length;
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(width, jobs.length) }, lane));
  const failed = lanes.find((l) => l.status === 'rejected');
  if (failed) throw failed.reason;
  return results;
}
