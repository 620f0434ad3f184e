import { readModel } from '../src/flow/build.ts';
import type { Graph } from '../src/ir/graph.ts';
import { fold } from '../src/passes/fold/fold.ts';
import { runPasses, STREAMING } from '../src/passes/index.ts';
import { type Benchmark, fastest, type Row } from './bench.ts';
import { cnv } from './models.ts';

const PARTS = ['xc7z020clg400-1', 'LFE5U-85F-6BG381C'];
const BITS = [1, 2] as const;

const before = STREAMING.slice(0, STREAMING.indexOf(fold));

/** The network as `fold` gets it. */
const lowered = (graph: Graph): Graph => runPasses(graph, before, {}).graph;

/** The folding of CNV as fast as each part allows, with what the report says of it, beside the passes before it. */
export const folding: Benchmark = {
  name: 'fold',
  summary: 'the folding solver: CNV, as fast as a part allows, beside the passes before it',
  run: async () => {
    const rows: Row[] = [];
    for (const bits of BITS) {
      const bytes = cnv({ weights: bits, activations: bits });
      const { model } = readModel({ bytes, file: 'cnv.onnx', name: 'cnv', config: {} });
      const graph = lowered(model.graph);
      const passes = fastest(3, () => void lowered(model.graph));
      for (const device of PARTS) {
        let found = '';
        const decide = (node: string, what: string, why: string): void => {
          if (node === graph.name) found = `${what}, ${why}`;
        };
        const seconds = fastest(
          3,
          () => void fold.run(graph, { config: { device, fit: true }, decide, warn: () => {} }),
        );
        rows.push({
          what: `CNV, ${bits}-bit, on ${device}: ${found}`,
          value: seconds,
          unit: 's',
          against: { what: 'the passes before', ratio: seconds / passes },
        });
      }
    }
    return rows;
  },
};
