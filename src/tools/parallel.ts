/** Results in the order of the jobs; at most `width` run at a time. The first failure ends it. */
export async function inParallel<J, R>(jobs: readonly J[], width: number, run: (job: J) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(jobs.length);
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let i = next++; i < jobs.length; i = next++) results[i] = await run(jobs[i] as J);
  };
  await Promise.all(Array.from({ length: Math.min(width, jobs.length) }, lane));
  return results;
}
