/**
 * Random mixtures of experts as whole networks (gate, routes, experts, width converters, FIFOs), random memories: RTL =
 * model, every handshake and every read in the cycle of the cycle model. `SLUICE_CASES` networks from `SLUICE_SEED` on.
 */
import { expect, it } from 'vitest';
import { simulateIcarus } from '../../src/sim/icarus/simulate.ts';
import { simulateWasm } from '../../src/sim/wasm/index.ts';
import { hasIcarus } from '../tools.ts';
import { drawMixture, prove } from './mixture.ts';

const CASES = Number(process.env['SLUICE_CASES'] ?? 6);
const FIRST = Number(process.env['SLUICE_SEED'] ?? 1);

it('random mixtures of experts are their models, on any memory', async () => {
  for (let seed = FIRST; seed < FIRST + CASES; seed++) {
    const { problems, chosen, reads } = await prove(drawMixture(seed), hasIcarus ? simulateIcarus : simulateWasm);
    expect(problems).toEqual([]);
    // Each chosen expert once per frame, in index order; those that nobody chose not at all.
    const order = reads.map((r) => r.expert).filter((e, i, all) => i === 0 || e !== all[i - 1]);
    const want = chosen.flat().filter((e, i, all) => i === 0 || e !== all[i - 1]);
    expect(order).toEqual(want);
    const each = chosen.flat().length;
    const beats = reads.reduce((n, r) => n + r.beats, 0);
    const first = reads.filter((r) => r.expert === chosen[0]?.[0]);
    if (chosen.flat().length === 1) expect(beats).toBe(first.reduce((n, r) => n + r.beats, 0));
    expect(beats % each).toBe(0);
  }
});
