/** Written by `npm run calibrate`: do not edit. How good it is: docs/cost.md. */
import type { Calibration } from '../cost-model.ts';

export const CALIBRATION: Calibration = {};
