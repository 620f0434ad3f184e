/** A thread that solves tasks for the one that started it, as `pool.ts` hands them out. */
import { parentPort, workerData } from 'node:worker_threads';
import { SOLVE } from '../netlist/cmvm/cmvm.ts';
import { type Answer, type Batch, claim, finished, type Setup } from './batch.ts';

function answer({ id, kind, tasks }: Batch, index: number): Answer {
  try {
    const solve: (task: never) => unknown = SOLVE[kind];
    return { batch: id, index, result: solve(tasks[index] as never) };
  } catch (e) {
    return { batch: id, index, failure: e instanceof Error ? e.message : String(e) };
  }
}

const { port } = workerData as Setup;

parentPort?.on('message', (batch: Batch) => {
  for (let index = claim(batch); index < batch.tasks.length; index = claim(batch)) {
    try {
      port.postMessage(answer(batch, index));
    } finally {
      finished(batch);
    }
  }
});
