/**
 * Work of the optimiser on the cores of this machine. Passes are plain functions, so that the caller waits; it takes tasks as the
 * other threads do, and all of them where no thread is ready.
 */
import { availableParallelism } from 'node:os';
import { sharedSums } from '../netlist/cmvm/blocks.ts';
import { tryWay } from '../netlist/cmvm/cmvm.ts';
import type { Solver } from '../netlist/cmvm/solver.ts';
import { type Batch, claim, newBoard, waitFor } from './batch.ts';
import { answersOf, handOut, startThread, type Thread } from './thread.ts';

export interface ThreadOptions {
  /** How many there are, of which the caller's is one; default: one for each core. */
  readonly width?: number;
  /** What the others run, where the sources are not compiled. */
  readonly entry?: URL;
}

/** A solver on threads, which start with the first tasks. */
export function threadedSolver({ width = availableParallelism(), entry }: ThreadOptions = {}): Solver {
  let threads: readonly Thread[] | undefined;

  function solve<T, R>(kind: Batch['kind'], tasks: readonly T[], here: (task: T) => R): R[] {
    if (width < 2 || tasks.length < 2) return tasks.map(here);
    threads ??= Array.from({ length: width - 1 }, () => startThread(entry));
    const batch = { kind, tasks, board: newBoard() };
    for (const thread of threads) handOut(thread, batch);
    const results = new Map<number, R>();
    for (let index = claim(batch); index < tasks.length; index = claim(batch)) {
      results.set(index, here(tasks[index] as T));
    }
    waitFor(batch, tasks.length - results.size);
    for (const answer of threads.flatMap(answersOf)) {
      if ('failure' in answer) throw new Error(answer.failure);
      results.set(answer.index, answer.result as R);
    }
    return tasks.map((_, index) => results.get(index) as R);
  }

  return {
    shares: (tasks) => solve('shares', tasks, sharedSums),
    trials: (tasks) => solve('trials', tasks, tryWay),
  };
}
