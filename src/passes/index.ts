/** The one list of passes and the pipelines that they form; each step says why it stands where it does. */
import type { Diagnostic } from '../diag/diagnostic.ts';
import type { Graph } from '../ir/graph.ts';
import { assertWellFormed } from '../ir/verify.ts';
import { lookupFor } from '../kernels/lookup.ts';
import { absorbLayout } from './absorb-layout.ts';
import { approximate } from './approximate.ts';
import type { Architecture } from './architectures.ts';
import type { BuildConfig } from './config.ts';
import { connect } from './connect.ts';
import { connectPorts } from './connect-ports.ts';
import { decompose } from './decompose.ts';
import { fold } from './fold/fold.ts';
import { fuseQuantise } from './fuse-quantise.ts';
import { lowerQuantisers } from './lower-quantisers.ts';
import { lowerToKernels } from './lower-to-kernels.ts';
import { narrowAdd } from './narrow-add.ts';
import type { Decision, PassContext, PassDef } from './pass.ts';
import { retime } from './retime.ts';
import { setFifoDepths } from './set-fifo-depths.ts';
import { unrollPixels } from './unroll/pixels.ts';
import { unroll } from './unroll/unroll.ts';

/** What makes the imported graph the model: everything after it must equal it, integer for integer. */
export const MODEL: readonly PassDef[] = [
  // Real functions become integers here, once: their tables are constants of the model.
  approximate,
];

/** From the model to a network of kernels: the `streaming` architecture. */
export const STREAMING: readonly PassDef[] = [
  // First, while reorders still stand next to the ports they came from.
  absorbLayout,
  // Before quantisers are built: one function is cheaper than two.
  fuseQuantise,
  // While the rounding behind a sum is still one exact function.
  narrowAdd,
  // While bounds are those of whole tensors with channels, the tightest there are.
  lowerQuantisers,
  // Composite ops last, so that everything above sees one convolution as one node.
  decompose,
  lowerToKernels,
  // Folding decides the lanes of every stream …
  fold,
  // … which width converters and FIFOs then join …
  connect,
  // … and whose schedules say how deep the FIFOs must be.
  setFifoDepths,
];

/** From the model to one circuit with an initiation interval of 1: the `unrolled` architecture. */
export const UNROLLED: readonly PassDef[] = [
  // As for streams: orders at the ports, then one function where there are two, then exact integer forms.
  absorbLayout,
  fuseQuantise,
  lowerQuantisers,
  // Windows and padding are nothing but wires here.
  decompose,
  unroll,
  // When all logic is there, so that a stage may end anywhere …
  retime,
  // … and streams are joined last: a network with one input and one output needs no FIFO.
  connectPorts,
];

/** From the model to a network of kernels whose products are circuits: the `pixelwise` architecture, a pixel per cycle. */
const PIXELWISE: readonly PassDef[] = [
  // All that streams need …
  absorbLayout,
  fuseQuantise,
  narrowAdd,
  lowerQuantisers,
  decompose,
  // … then circuits, while products and what follows them are still tensor ops, …
  unrollPixels,
  lowerToKernels,
  // … with which the rest is folded to keep pace, …
  fold,
  connect,
  // … and registers before FIFOs, for stages decide when a result comes.
  retime,
  setFifoDepths,
];

/** The passes of each architecture. */
export const PIPELINES: { readonly [arch in Architecture]: readonly PassDef[] } = {
  streaming: STREAMING,
  pixelwise: PIXELWISE,
  unrolled: UNROLLED,
};

/** The passes that a configuration asks for. */
export const pipelineFor = (config: BuildConfig): readonly PassDef[] => PIPELINES[config.arch ?? 'streaming'];

export const passes: ReadonlyMap<string, PassDef> = new Map(
  [...MODEL, ...Object.values(PIPELINES).flat()].map((p) => [p.name, p]),
);

export interface Compiled {
  readonly graph: Graph;
  readonly decisions: readonly Decision[];
  readonly warnings: readonly Diagnostic[];
}

/** What goes on around passes. */
export interface PassRun {
  /** Hears of every pass as it begins. */
  readonly watch?: (pass: PassDef) => void;
  readonly solver?: PassContext['solver'];
}

/** Runs passes in order and verifies the graph after each. */
export function runPasses(
  graph: Graph,
  list: readonly PassDef[],
  config: BuildConfig,
  { watch, solver }: PassRun = {},
): Compiled {
  const decisions: Decision[] = [];
  const warnings: Diagnostic[] = [];
  let now = graph;
  for (const pass of list) {
    watch?.(pass);
    const next = pass.run(now, {
      config,
      decide: (node, what, why) => decisions.push({ pass: pass.name, node, what, why }),
      solver,
      warn: (d) => warnings.push({ ...d, pass: pass.name }),
    });
    if (next !== now && !pass.open) assertWellFormed(next, lookupFor(next.level), pass.name);
    now = next;
  }
  return { graph: now, decisions, warnings };
}
