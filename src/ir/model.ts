import type { HostProgram } from '../host/program.ts';
import type { Graph } from './graph.ts';

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
