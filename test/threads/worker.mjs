/** The worker's entry for tests: Node does not read TypeScript, and a loader of the process is none of its threads. */
import { register } from 'tsx/esm/api';

register();
await import('../../src/threads/worker.ts');
