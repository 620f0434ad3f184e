/** Written by `npm run calibrate`: do not edit. How good it is: docs/cost.md. */
import type { Calibration } from '../cost-model.ts';

export const CALIBRATION: Calibration = {
  xcup: {
    lut: {
      buffer: 0.9877,
      'buffer choice': 7.833,
      'buffer block': 0.3515,
      distances: 1.711,
      addresses: 6.135,
      counters: 0.1895,
      loops: 2.477,
      fixed: 3.894,
      'row memory': 1.836,
      'row counters': 2.177,
      'parallel fixed': 0,
    },
    ff: {
      buffer: 0.97,
      distances: 0.9701,
      addresses: 1.494,
      counters: 0.414,
      fixed: 0,
      'row memory': 3.352,
      'row counters': 2.341,
      window: 0.3954,
      'parallel fixed': 0,
    },
  },
  ecp5: {
    lut: {
      buffer: 0.927,
      'buffer choice': 1.206,
      'buffer block': 1.243,
      distances: 2.957,
      addresses: 9.682,
      counters: 1.017,
      loops: 5.826,
      fixed: 1.823,
      'row memory': 1.479,
      'row counters': 3.317,
      'parallel fixed': 0,
    },
    ff: {
      buffer: 1.006,
      distances: 0.7774,
      addresses: 1.799,
      counters: 0.577,
      fixed: 0,
      'row memory': 1.91,
      'row counters': 1.672,
      window: 0.7948,
      'parallel fixed': 0,
    },
  },
};
