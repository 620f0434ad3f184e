import { threadedSolver } from '../src/threads/pool.ts';

/** Threads as `sluice build` has them, for what runs the sources. */
export const solver = threadedSolver({ entry: new URL('./thread.mjs', import.meta.url) });
