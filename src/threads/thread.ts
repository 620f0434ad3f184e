import { extname } from 'node:path';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { Answer, Batch, Setup } from './batch.ts';

/** What threads run. */
const ENTRY = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);

/** A thread that solves tasks, and where its answers arrive. */
export interface Thread {
  readonly worker: Worker;
  readonly port: MessagePort;
}

/** Starts a thread, which keeps no process alive; undefined where there may be no more of them. */
export function startThread(entry = ENTRY): Thread | undefined {
  const { port1, port2 } = new MessageChannel();
  const setup: Setup = { port: port2 };
  try {
    const worker = new Worker(entry, { workerData: setup, transferList: [port2] });
    worker.unref();
    // A thread that fails answers nothing: its caller does without.
    worker.on('error', () => {});
    return { worker, port: port1 };
  } catch {
    return undefined;
  }
}

export const handOut = ({ worker }: Thread, batch: Batch): void => worker.postMessage(batch);

/** All answers that have arrived. */
export function answersOf({ port }: Thread): Answer[] {
  const answers: Answer[] = [];
  for (let m = receiveMessageOnPort(port); m; m = receiveMessageOnPort(port)) answers.push(m.message as Answer);
  return answers;
}
