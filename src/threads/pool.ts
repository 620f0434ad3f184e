/**
 * Work of the optimiser on the cores of this machine. Passes are plain functions, so that the caller waits; it takes tasks as the
 * other threads do, and all of them where no thread is ready.
 */
import { availableParallelism, freemem } from 'node:os';
import { SOLVE } from '../netlist/cmvm/cmvm.ts';
import type { Solver } from '../netlist/cmvm/solver.ts';
import { type Batch, claim, close, newBoard, waitFor } from './batch.ts';
import { answersOf, handOut, startThread, type Thread } from './thread.ts';

export interface ThreadOptions {
  /** How many there are, of which the caller's is one; default: one for each core, as far as memory goes. */
  readonly width?: number;
  /** What the others run, where the sources are not compiled. */
  readonly entry?: URL;
}

/** What a task may take, in bytes. */
const TASK_BYTES = 1e9;

/** A solver on threads, which start with the first tasks and stay: one solver is enough for a process. */
export function threadedSolver({ width = widest(), entry }: ThreadOptions = {}): Solver {
  const threads: Thread[] = [];
  function solve<T, R>(kind: Batch['kind'], tasks: readonly T[], here: (task: T) => R): R[] {
    const most = Math.min(width, tasks.length) - 1;
    for (let lacking = most - threads.length; lacking > 0; lacking--) {
      const thread = startThread(entry);
      if (!thread) break;
      threads.push(thread);
    }
    return spread(threads.slice(0, Math.max(0, most)), kind, tasks, here);
  }
  return {
    shares: (tasks) => solve('shares', tasks, SOLVE.shares),
    trials: (tasks) => solve('trials', tasks, SOLVE.trials),
  };
}

const widest = (): number => Math.min(availableParallelism(), Math.floor(freemem() / TASK_BYTES));

let batches = 0;

/** A thread may die with its task, and nothing says so: after so many milliseconds without news nobody waits for it any more. */
const PATIENCE = 60_000;

/** Solves tasks here and on other threads; what a thread was lost with is done here. */
export function spread<T, R>(
  threads: readonly Thread[],
  kind: Batch['kind'],
  tasks: readonly T[],
  here: (task: T) => R,
  patience = PATIENCE,
): R[] {
  const batch: Batch = { id: batches++, kind, tasks, board: newBoard() };
  for (const thread of threads) handOut(thread, batch);
  const results = new Map<number, R>();
  try {
    for (let index = claim(batch); index < tasks.length; index = claim(batch)) {
      results.set(index, here(tasks[index] as T));
    }
  } finally {
    close(batch);
  }
  waitFor(batch, tasks.length - results.size, patience);
  for (const answer of threads.flatMap(answersOf)) {
    if (answer.batch !== batch.id) continue;
    if ('failure' in answer) throw new Error(answer.failure);
    results.set(answer.index, answer.result as R);
  }
  return tasks.map((task, index) => (results.has(index) ? (results.get(index) as R) : here(task)));
}
