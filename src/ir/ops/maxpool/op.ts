import { poolOp } from './pool.ts';

/** Largest value of each channel in every window: `[H, W, C] → [OH, OW, C]`. Decomposed into pad, window and reduce. */
export const maxpool = poolOp('maxpool', 'Maximum of each channel over sliding windows.', 'max');
