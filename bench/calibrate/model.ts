/** The factors and the quality of one kernel on one fabric, from its measurements. */

import type { Fabric } from '../../src/kernels/devices.ts';
import { kernels } from '../../src/kernels/index.ts';
import type { Terms } from '../../src/kernels/kernel.ts';
import { type Measurement, readMeasurements } from './data.ts';
import { fitFactors, type Quality, quality } from './fit.ts';
import { drawDesign } from './measure.ts';

export const FABRICS: readonly Fabric[] = ['xc7', 'xcup', 'ecp5'];

/** The parts of a cost that have factors; multiplier blocks and memories are counted without. */
const FITTED = ['lut', 'ff'] as const;
const COUNTED = ['dsp', 'bram'] as const;

/** Fewer designs than this are no calibration. */
const LEAST = 9;

/** Every third design is kept from the fit: what is said about the fit is said of these. */
const isHeldOut = (m: Measurement): boolean => m.seed % 3 === 0;

export interface Model {
  readonly kernel: string;
  readonly fabric: Fabric;
  readonly designs: number;
  readonly factors: { readonly lut: Terms; readonly ff: Terms };
  readonly lut: Quality;
  readonly ff: Quality;
  /** Designs, of all, whose blocks are not counted exactly. */
  readonly dspWrong: number;
  readonly bramWrong: number;
}

export function modelOf(kernel: string, fabric: Fabric): Model | undefined {
  const def = kernels.get(kernel);
  const rows = readMeasurements(kernel, fabric);
  if (!def?.costTerms || rows.length < LEAST) return undefined;
  const costTerms = def.costTerms;
  const all = rows.map((measured) => ({ measured, terms: costTerms(drawDesign(kernel, measured.seed).ctx, fabric) }));
  const [held, fitted] = [all.filter((d) => isHeldOut(d.measured)), all.filter((d) => !isHeldOut(d.measured))];
  const [lut, ff] = FITTED.map((r) => {
    const factors = fitFactors(fitted.map((d) => ({ terms: d.terms[r], measured: d.measured[r] })));
    const foretold = (terms: Terms): number =>
      Object.entries(terms).reduce((n, [t, v]) => n + v * (factors[t] ?? 1), 0);
    return {
      factors,
      quality: quality(held.map((d) => ({ foretold: foretold(d.terms[r]), measured: d.measured[r] }))),
    };
  });
  const [dspWrong = 0, bramWrong = 0] = COUNTED.map(
    (r) => all.filter((d) => Math.ceil(d.terms[r]) !== d.measured[r]).length,
  );
  if (!lut || !ff) return undefined;
  return {
    kernel,
    fabric,
    designs: rows.length,
    factors: { lut: lut.factors, ff: ff.factors },
    lut: lut.quality,
    ff: ff.quality,
    dspWrong,
    bramWrong,
  };
}
