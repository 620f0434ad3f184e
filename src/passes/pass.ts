import type { Diagnostic } from '../diag/diagnostic.ts';
import type { Graph } from '../ir/graph.ts';
import type { Solver } from '../netlist/cmvm/solver.ts';
import type { BuildConfig } from './config.ts';

/** One line of the build's report: what a pass decided about a node, and why. */
export interface Decision {
  readonly pass: string;
  readonly node: string;
  readonly what: string;
  readonly why: string;
}

export interface PassContext {
  readonly config: BuildConfig;
  /** Adds a line to the report. */
  readonly decide: (node: string, what: string, why: string) => void;
  readonly warn: (diagnostic: Diagnostic) => void;
  /** Who does the work of large matrices; default: this thread. */
  readonly solver?: Solver | undefined;
}

/** A rewrite of a graph that keeps its meaning. The same object back means: nothing to do. */
export interface PassDef {
  readonly name: string;
  /** One sentence for docs and `sluice list passes`. */
  readonly summary: string;
  /** The level of the graph that it takes. */
  readonly level: Graph['level'];
  /** Set where streams may end in other lanes than they begin: the graph is verified after the pass that joins them. */
  readonly open?: true;
  readonly run: (graph: Graph, ctx: PassContext) => Graph;
}

export function definePass(def: PassDef): PassDef {
  return def;
}
