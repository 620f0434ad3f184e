/** Compares the WASM simulator with Icarus on one bench, digit for digit. */
import { expect } from 'vitest';
import type { YosysNetlist } from '../../../src/tools/elaborate.ts';
import { agrees, type Bench, cellTypes, netlistOf, runIcarus, runWasm } from './icarus.ts';

export interface CompareOptions {
  /** Icarus may answer x in some digits (before a register is written, outside an array). */
  readonly mayBeUnknown?: boolean;
  readonly chunkNodes?: number;
  /** Elaborates the bench, where not in the usual way. */
  readonly elaborate?: (bench: Bench) => Promise<YosysNetlist>;
}

/** Gives the cell types of the design. */
export async function expectSame(
  bench: Bench,
  vectors: readonly (readonly bigint[])[],
  options: CompareOptions = {},
): Promise<string[]> {
  const netlist = await (options.elaborate ?? netlistOf)(bench);
  const wanted = runIcarus(bench, vectors);
  const got = await runWasm(bench, netlist, vectors, options.chunkNodes);
  expect(wanted.length).toBe(vectors.length);
  let known = 0;
  for (const [v, row] of wanted.entries()) {
    for (const [i, digits] of row.entries()) {
      const value = got[v]?.[i] ?? '';
      const where = `${bench.outputs[i]?.name} in cycle ${v}, inputs ${vectors[v]}`;
      if (options.mayBeUnknown && agrees(digits, value)) known += digits.replace(/[xz]/gi, '').length;
      else expect(value, where).toBe(digits);
    }
  }
  // Unknown digits are the exception.
  if (options.mayBeUnknown) {
    const total = wanted.flat().reduce((sum, digits) => sum + digits.length, 0);
    expect(known / total).toBeGreaterThan(0.6);
  }
  return cellTypes(netlist);
}
