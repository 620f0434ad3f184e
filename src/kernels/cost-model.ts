/**
 * Costs that are fitted to synthesis. A kernel says what it is made of as terms: estimates of its parts from the structure of
 * its Verilog, each in LUTs or flip-flops. `npm run calibrate` synthesises drawn kernels and fits a factor per term and fabric;
 * a kernel's cost is the sum of its terms times their factors. Without calibration all factors are 1: the terms are a formula
 * by hand. Blocks of memory and multiplier blocks are counted from the structure, without a factor.
 */
import type { Attrs } from '../ir/graph.ts';
import type { Fabric } from './devices.ts';
import type { Cost, CostTerms, KernelContext, KernelDef, Terms } from './kernel.ts';

/** Factors of the terms; a term without one has the factor 1. */
export type Calibration = { readonly [fabric in Fabric]?: { readonly lut: Terms; readonly ff: Terms } };

/** Fabrics that are alike: where one is not calibrated, the other's factors are nearest. */
const NEAREST: { readonly [fabric in Fabric]: Fabric } = { xc7: 'xcup', xcup: 'xc7', ecp5: 'xcup', ice40: 'ecp5' };

const sum = (terms: Terms, factors: Terms | undefined): number =>
  Object.entries(terms).reduce((n, [term, v]) => n + v * (factors ? (factors[term] ?? 1) : 1), 0);

function priced({ lut, ff, dsp, bram }: CostTerms, calibration: Calibration, fabric: Fabric): Cost {
  const factors = calibration[fabric] ?? calibration[NEAREST[fabric]];
  return { lut: sum(lut, factors?.lut), ff: sum(ff, factors?.ff), dsp, bram };
}

/** The cost of terms without a fit. */
export const structural = (terms: CostTerms): Cost => priced(terms, {}, 'xcup');

/** The two fields of a kernel whose cost is fitted. */
export function calibrated<A extends Attrs>(
  costTerms: (ctx: KernelContext<A>, fabric: Fabric) => CostTerms,
  calibration: Calibration,
): Required<Pick<KernelDef<A>, 'cost' | 'costTerms'>> {
  return { costTerms, cost: (ctx, fabric = 'xcup') => priced(costTerms(ctx, fabric), calibration, fabric) };
}
