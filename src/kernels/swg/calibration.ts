/** Written by `npm run calibrate`: do not edit. How good it is: docs/cost.md. */
import type { Calibration } from '../cost-model.ts';

export const CALIBRATION: Calibration = {
  ecp5: {
    lut: {
      buffer: 0.9096,
      distances: 2.534,
      addresses: 6.898,
      counters: 1.821,
      loops: 9.453,
      fixed: 14.07,
      'row memory': 1.092,
      'row counters': 1.549,
      'parallel fixed': 2.648,
    },
    ff: {
      buffer: 0.922,
      distances: 0.8061,
      addresses: 2.058,
      counters: 0.7378,
      fixed: 0,
      'row memory': 1.023,
      'row counters': 1.093,
      window: 1.006,
      'parallel fixed': 1.278,
    },
  },
};
