import { lowerQuantise } from './lower-quantise/lower-quantise.ts';
import { definePass } from './pass.ts';

export const lowerQuantisers = definePass({
  name: 'lower-quantise',
  summary: 'Builds every exact function from thresholds, a proven multiply-add-shift or a table.',
  level: 'tensor',
  run: (graph, { config, decide }) => {
    const { graph: lowered, decisions } = lowerQuantise(graph, {
      method: config.quantise ?? 'auto',
      nodes: config.quantiseNodes ?? {},
    });
    for (const d of decisions) decide(d.node, d.method, d.why);
    return lowered;
  },
});
