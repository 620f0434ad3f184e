import type { HostProgram } from '../host/program.ts';
import type { Graph, InputPort, OutputPort } from './graph.ts';

/**
 * A network as imported: integers in hardware between real-valued ends on the host.
 *
 * `pre` maps the model's inputs to one tensor per input port (under the port's name), `post` maps one tensor per output
 * port to the model's outputs.
 */
export interface Model {
  readonly graph: Graph;
  readonly pre: HostProgram;
  readonly post: HostProgram;
}

/** The program that hands the numbers of ports on: integers where the ports are, real numbers where they have steps. */
const handingOn = (ports: readonly (InputPort | OutputPort)[]): HostProgram => {
  const values = ports.map(({ name, steps, layout }) => ({
    name,
    dtype: steps.length === 0 ? ('int64' as const) : ('float32' as const),
    shape: layout.shape,
  }));
  return { inputs: values, outputs: values, nodes: [], consts: {} };
};

/** A graph as a model of its own: its ports are the model's inputs and outputs. */
export const modelOf = (graph: Graph): Model => ({
  graph,
  pre: handingOn(graph.inputs),
  post: handingOn(graph.outputs),
});
