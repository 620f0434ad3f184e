/** A process that measures designs for its parent: told the source once, then a job at a time. Ends with its parent. */
import type { Job, JobResult, Source } from './job.ts';
import { measurer } from './measure.ts';

export type ToChild = { readonly source: Source } | { readonly job: Job };
export type FromChild = { readonly result: JobResult } | { readonly failure: string };

let measure: ((job: Job) => JobResult) | undefined;

function answer(message: ToChild): FromChild | undefined {
  try {
    if ('source' in message) {
      measure = measurer(message.source);
      return undefined;
    }
    if (!measure) return { failure: 'a job before its source' };
    return { result: measure(message.job) };
  } catch (e) {
    return { failure: e instanceof Error ? e.message : String(e) };
  }
}

process.on('message', (message: ToChild) => {
  const reply = answer(message);
  if (reply) process.send?.(reply);
});
process.on('disconnect', () => process.exit(0));
