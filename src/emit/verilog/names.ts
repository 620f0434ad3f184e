import { identifier } from '../../ir/builder.ts';
import type { Graph } from '../../ir/graph.ts';
import { axisPorts, uniqueIdentifiers } from '../../kernels/axis.ts';

/** Reserved words that a model may well be called; all others hold an underscore-free lower-case word too. */
const RESERVED = new Set(
  `always and assign automatic begin bit buf byte case cell config class const cover default design disable do edge else
  end enum event export extern final for force fork function generate genvar if import include initial inout input
  instance int integer interface join library local localparam logic macromodule module nand negedge new nor not null
  or output package packed parameter posedge primitive priority program property pulldown pullup pure rand real ref reg
  release repeat return scalared sequence shortint signed small specify static string strong struct supply0 supply1
  super table task this time tran tri type typedef union unique unsigned use var vectored virtual void wait wand weak
  while wire with within wor xnor xor`.split(/\s+/),
);

/** The name of the top module: legal, no keyword, and none of the library's. */
export function moduleName(graphName: string): string {
  const name = identifier(graphName);
  return RESERVED.has(name.toLowerCase()) || name.startsWith('sluice_') ? `${name}_top` : name;
}

/** The instance of each node in the top module, in the order of the nodes; those that make `tlast` have their ports' names. */
export function instanceNames(graph: Graph): readonly string[] {
  const ends = axisPorts(graph).outputs.map((p) => `u_${p.name}`);
  return uniqueIdentifiers([...ends, ...graph.nodes.map((n) => `u_${n.name}`)]).slice(ends.length);
}

/** Text that is safe in a one-line comment. */
export const commentText = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?');
