/** Every ONNX operator that the host can compute in double precision: constants, and the real-valued ends of a network. */
import type { HostOp } from '../op.ts';
import { attentions } from './attention.ts';
import { elementwise } from './elementwise.ts';
import { linear } from './linear.ts';
import { normalisations } from './normalise.ts';
import { quantisers } from './quant.ts';
import { reductions } from './reduce.ts';
import { resizing } from './resize.ts';
import { shaping } from './shape.ts';

export const hostOps: ReadonlyMap<string, HostOp> = new Map(
  Object.entries({
    ...elementwise,
    ...shaping,
    ...resizing,
    ...reductions,
    ...linear,
    ...normalisations,
    ...attentions,
    ...quantisers,
  }),
);
