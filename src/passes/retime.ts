import { rewriteNodes } from '../ir/edit.ts';
import type { OpContext } from '../ir/op.ts';
import { contextOf } from '../kernels/context.ts';
import { pipelineOf, type UnrolledAttrs } from '../kernels/unrolled/kernel.ts';
import { packPipeline } from '../kernels/unrolled/pack.ts';
import { delaysOf } from '../netlist/delay.ts';
import { registerBits } from '../netlist/pipeline.ts';
import { retime as place } from '../netlist/retime/retime.ts';
import { DEFAULT_LEVELS } from './config.ts';
import { definePass } from './pass.ts';

/** Registers for every circuit: the period decides how many stages, and least bits where they stand. */
export const retime = definePass({
  name: 'retime',
  summary: 'Places the registers of every circuit: fewest stages for the period, then fewest bits.',
  level: 'kernel',
  run: (graph, { config, decide }) => {
    const period = config.levels ?? DEFAULT_LEVELS;
    return rewriteNodes(graph, (node) => {
      if (node.op !== 'unrolled') return undefined;
      const { net, parameters } = pipelineOf(contextOf(graph, node) as unknown as OpContext<UnrolledAttrs>);
      const p = place(net, { delay: delaysOf(net), period, parameters });
      decide(
        node.name,
        `${p.stages} register stages of ${registerBits(p)} bits`,
        `at most ${period} levels of logic between two; ${p.optimal ? 'no placement with as many stages has fewer bits' : 'fewer bits may be possible: the network is large'}`,
      );
      const name = node.consts['stage'] ?? '';
      return {
        nodes: [{ ...node, attrs: { ...node.attrs, stages: p.stages } }],
        consts: { [name]: packPipeline(p).stage },
      };
    });
  },
});
