/** Written by `npm run calibrate`: do not edit. How good it is: docs/cost.md. */
import type { Calibration } from '../cost-model.ts';

export const CALIBRATION: Calibration = {
  xcup: {
    lut: { memory: 0.9077, places: 1.303, bypass: 1.112, counters: 5.549, wraps: 0.3101, fixed: 4.35 },
    ff: { counters: 3.456, bypass: 0.9465, fixed: 3.67 },
  },
};
