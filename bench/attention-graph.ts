import { type AttentionOptions, attention, integerInput, integerOutput } from '../src/ir/build-ops.ts';
import { GraphBuilder } from '../src/ir/builder.ts';
import type { Graph } from '../src/ir/graph.ts';
import { int } from '../src/num/elem.ts';
import type { BuildConfig } from '../src/passes/config.ts';
import { MODEL, runPasses, STREAMING } from '../src/passes/index.ts';

export interface AttentionSize {
  readonly queries: number;
  readonly keys: number;
  /** Elements of a head, of queries, keys and values. */
  readonly width: number;
}

/** Attention alone, 8 bits throughout, ideal. */
export function attentionGraph({ queries, keys, width }: AttentionSize, options: AttentionOptions): Graph {
  const b = new GraphBuilder('attention');
  const row = (options.heads ?? 1) * width;
  const operands = [
    integerInput(b, 'q', [queries, row], int(8)),
    integerInput(b, 'k', [keys, row], int(8)),
    integerInput(b, 'v', [keys, row], int(8)),
  ] as const;
  integerOutput(b, 'y', attention(b, 'attention', operands, options));
  return b.finish();
}

/** With its integers, and as hardware. */
export const designed = (graph: Graph): Graph => runPasses(graph, MODEL, {}).graph;
export const hardware = (graph: Graph, config: BuildConfig): Graph => runPasses(graph, STREAMING, config).graph;
