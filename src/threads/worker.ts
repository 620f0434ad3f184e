/** A thread that solves tasks for the one that started it, as `pool.ts` hands them out. */
import { parentPort, workerData } from 'node:worker_threads';
import { sharedSums } from '../netlist/cmvm/blocks.ts';
import { tryWay } from '../netlist/cmvm/cmvm.ts';
import { type Answer, type Batch, claim, finished, type Kind, type Setup } from './batch.ts';

const SOLVE: { readonly [kind in Kind]: (task: never) => unknown } = { shares: sharedSums, trials: tryWay };

function answer({ kind, tasks }: Batch, index: number): Answer {
  try {
    return { index, result: SOLVE[kind](tasks[index] as never) };
  } catch (e) {
    return { index, failure: e instanceof Error ? e.message : String(e) };
  }
}

const { port } = workerData as Setup;

parentPort?.on('message', (batch: Batch) => {
  for (let index = claim(batch); index < batch.tasks.length; index = claim(batch)) {
    port.postMessage(answer(batch, index));
    finished(batch);
  }
});
