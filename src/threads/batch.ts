/** What threads say to each other: tasks that each takes when it is free, and what came of them. */
import type { MessagePort } from 'node:worker_threads';
import type { Solver } from '../netlist/cmvm/solver.ts';

export interface Batch {
  /** Among those that a thread is handed: answers to another one are not wanted any more. */
  readonly id: number;
  readonly kind: keyof Solver;
  readonly tasks: readonly unknown[];
  /** How many tasks have been taken, and how many of those that other threads took are done. */
  readonly board: Int32Array;
}

export type Answer = { readonly batch: number; readonly index: number } & (
  | { readonly result: unknown }
  | { readonly failure: string }
);

/** What a thread is started with: where its answers go. */
export interface Setup {
  readonly port: MessagePort;
}

const TAKEN = 0;
const DONE = 1;

export const newBoard = (): Int32Array => new Int32Array(new SharedArrayBuffer(8));

/** Takes the next task: its index, beyond the last one where none is left. */
export const claim = ({ board }: Pick<Batch, 'board'>): number => Atomics.add(board, TAKEN, 1);

/** Nobody takes a task any more. */
export const close = ({ board, tasks }: Pick<Batch, 'board' | 'tasks'>): number =>
  Atomics.store(board, TAKEN, tasks.length);

export function finished({ board }: Pick<Batch, 'board'>): void {
  Atomics.add(board, DONE, 1);
  Atomics.notify(board, DONE);
}

/** Blocks until other threads have done so many tasks, or none for so many milliseconds. */
export function waitFor({ board }: Pick<Batch, 'board'>, count: number, patience: number): void {
  for (let done = Atomics.load(board, DONE); done < count; done = Atomics.load(board, DONE)) {
    if (Atomics.wait(board, DONE, done, patience) === 'timed-out') return;
  }
}
