/** How far softmax, GELU and layer normalisation in integers are from the real functions. */
import type { Benchmark, Row } from './bench.ts';
import { curveRows } from './curve-error.ts';
import { normRows } from './norm-error.ts';
import { softmaxRows } from './softmax-error.ts';

export const approximations: Benchmark = {
  name: 'approximations',
  summary: 'errors of integer forms against the real functions, and what a design chooses for a bound',
  run: async (): Promise<readonly Row[]> => [...curveRows(), ...softmaxRows(), ...normRows()],
};
