/** Instances of parts: code of their own, between a copy of their inputs and one of their outputs in memory. */
import type { Graph } from './graph.ts';
import type { PortSlot } from './layout.ts';
import { limbCount, type Word, zext } from './word.ts';

/**
 * One cycle of the part with this number. The part stores its state as soon as it has read it, which nobody else does. Gives
 * the words on its output ports.
 */
export function callPart(
  g: Graph,
  { inputs, outputs }: Readonly<Record<'inputs' | 'outputs', ReadonlyMap<string, PortSlot>>>,
  number: number,
  input: (port: string) => Word,
): Map<string, Word> {
  const spills = [...inputs].map(([port, { address, width }]) => g.spill(address, zext(g, input(port), width).limbs));
  const done = g.part(number, spills);
  const results = new Map<string, Word>();
  for (const [port, { address, width }] of outputs) {
    const limbs = Array.from({ length: limbCount(width) }, (_, i) =>
      g.peek(address + i * 8, 8, g.zero, [done], Math.min(64, width - i * 64)),
    );
    results.set(port, { width, limbs });
  }
  return results;
}
