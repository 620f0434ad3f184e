/** Written by `npm run calibrate`: do not edit. How good it is: docs/cost.md. */
import type { Calibration } from '../cost-model.ts';

export const CALIBRATION: Calibration = {
  xcup: { lut: { select: 1.056, count: 0.983, fixed: 3.103 }, ff: { word: 1, count: 1, fixed: 1 } },
};
