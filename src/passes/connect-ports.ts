import { fail } from '../diag/diagnostic.ts';
import { onlyCircuits } from '../diag/messages-build.ts';
import { connect } from './connect.ts';
import { definePass } from './pass.ts';
import { setFifoDepths } from './set-fifo-depths.ts';

/**
 * A single kernel between one input and one output is the whole design: its handshakes are those of the ports. Anything else
 * becomes a network of streams, as in the streaming architecture.
 */
export const connectPorts = definePass({
  name: 'connect-ports',
  summary: 'Joins several circuits, or one with several ports, by FIFOs.',
  level: 'kernel',
  run: (graph, ctx) => {
    const single = graph.nodes.length === 1 && graph.inputs.length === 1 && graph.outputs.length === 1;
    if (!single && (ctx.config.tmr || ctx.config.weights === 'runtime')) fail(onlyCircuits(graph.name));
    return single ? graph : setFifoDepths.run(connect.run(graph, ctx), ctx);
  },
});
