import type { Sweep } from '../../src/sweep/spec.ts';

/** A sweep over plain numbers, for tests of the search alone. */
export const sweepOf = (values: readonly number[], search: Partial<Sweep['search']>): Sweep => ({
  model: 'model.onnx',
  config: {},
  axes: ['targetIi', 'levels', 'clockMhz'].map((key) => ({ key, values })),
  objectives: ['lut', 'ii'],
  search: { method: 'grid', samples: 64, generation: 18, eta: 3, seed: 1, ...search },
});
