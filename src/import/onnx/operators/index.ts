/** Every ONNX operator that can become hardware, by its type (domains vary between exporters and are not looked at). */
import { activations } from './activation.ts';
import { arithmetic } from './arithmetic.ts';
import { attending } from './attend.ts';
import { attentions } from './attention.ts';
import { casts } from './cast.ts';
import { contrib } from './contrib.ts';
import { integerOperators } from './integer.ts';
import { selections } from './largest.ts';
import { products } from './matmul.ts';
import { mixtures } from './mixture.ts';
import { moeOperators } from './moe.ts';
import { normalisations } from './normalise.ts';
import type { StreamOperator } from './operator.ts';
import { padding } from './pad.ts';
import { parts } from './part.ts';
import { quantisers } from './quantisers.ts';
import { reductions } from './reduce.ts';
import { requantShift } from './requant-shift.ts';
import { resizing } from './resize.ts';
import { shaping } from './shaping.ts';
import { spatialOperators } from './spatial.ts';

export const streamOperators: ReadonlyMap<string, StreamOperator> = new Map(
  Object.entries({
    ...arithmetic,
    ...activations,
    ...quantisers,
    ...products,
    ...spatialOperators,
    ...integerOperators,
    ...contrib,
    ...shaping,
    ...resizing,
    ...padding,
    ...casts,
    ...requantShift,
    ...normalisations,
    ...mixtures,
    ...moeOperators,
    ...selections,
    ...attending,
    ...attentions,
    ...parts,
    ...reductions,
  }),
);

/** Operators that turn real numbers of the host into a stream. */
export const HOST_QUANTISERS: ReadonlySet<string> = new Set(Object.keys(quantisers));

/** Operators that need integers: a host operand without a quantiser is taken as fixed-point numbers. */
export const NEEDS_INTEGERS: ReadonlySet<string> = new Set([
  'Conv',
  ...Object.keys(products),
  ...Object.keys(integerOperators),
  ...Object.keys(contrib),
]);
