import type { Fabric } from '../../src/kernels/devices.ts';
import { readMeasurements, writeMeasurements } from './data.ts';
import { DESIGNS } from './designs.ts';
import { drawDesign, measure } from './measure.ts';

/** Designs in one run of Yosys. */
const BATCH = 12;

/** Measures what is not measured yet. An interrupted run goes on where it stopped. */
export async function measureMissing(kernels: readonly string[], fabrics: readonly Fabric[]): Promise<void> {
  for (const fabric of fabrics) {
    for (const kernel of kernels) {
      const count = DESIGNS[kernel]?.count ?? 0;
      const known = new Set(readMeasurements(kernel, fabric).map((m) => m.seed));
      const missing = Array.from({ length: count }, (_, i) => i + 1).filter((seed) => !known.has(seed));
      for (let i = 0; i < missing.length; i += BATCH) {
        const designs = missing.slice(i, i + BATCH).map((seed) => drawDesign(kernel, seed));
        const start = Date.now();
        const found = await measure(designs, fabric);
        writeMeasurements(kernel, fabric, [
          ...readMeasurements(kernel, fabric),
          ...found.map((r, j) => ({ ...r, seed: designs[j]?.seed ?? 0 })),
        ]);
        console.log(
          `${kernel} on ${fabric}: ${designs.length} designs in ${Math.round((Date.now() - start) / 1000)} s`,
        );
      }
    }
  }
}
