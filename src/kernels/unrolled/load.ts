import type { Graph, Node } from '../../ir/graph.ts';
import { bitsAt, type Pipeline } from '../../netlist/pipeline.ts';

/**
 * The serial port of a circuit whose parameters are loaded at run time, all of it synchronous to the clock: `shift` moves
 * the chain of shadow registers by one bit, `data` comes in, lowest bit of the first parameter first; `commit` for one cycle
 * makes the chain the parameters of the next frame and all that follow; while `busy` is high neither has any effect.
 */
export const LOAD = { shift: 'cfg_shift', data: 'cfg_data', commit: 'cfg_commit', busy: 'cfg_busy' } as const;

/** What a harness must hold at 0 where it loads nothing. */
export const LOAD_INPUTS: readonly string[] = [LOAD.shift, LOAD.data, LOAD.commit];

/** Whether a node has parameters that are loaded. */
export function loads(node: Node): boolean {
  const chain = node.attrs['chain'];
  return Array.isArray(chain) && chain.length > 0;
}

/** The ports of a design that stand still in an ordinary run. */
export const quietInputs = (graph: Graph): readonly string[] => (graph.nodes.some(loads) ? LOAD_INPUTS : []);

/** The bits of a set of parameters in the order in which they are shifted in. */
export function chainBits({ net, parameters }: Pipeline, values: ArrayLike<number>): Uint8Array {
  const bits: number[] = [];
  net.inputs.slice(net.inputs.length - parameters.length).forEach(({ value }, k) => {
    const width = bitsAt(net, value);
    const pattern = BigInt.asUintN(width, BigInt(values[k] as number));
    for (let i = 0; i < width; i++) bits.push(Number((pattern >> BigInt(i)) & 1n));
  });
  return Uint8Array.from(bits);
}
