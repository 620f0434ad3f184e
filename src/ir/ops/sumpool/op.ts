import { poolOp } from '../maxpool/pool.ts';

/** Sum of each channel in every window (an average before its division): `[H, W, C] → [OH, OW, C]`. */
export const sumpool = poolOp('sumpool', 'Sum of each channel over sliding windows.', 'sum');
