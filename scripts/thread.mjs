/** A thread's entry where sources are not compiled: Node reads no TypeScript, and a loader of the process is none of its threads. */
import { register } from 'tsx/esm/api';

register();
await import('../src/threads/worker.ts');
