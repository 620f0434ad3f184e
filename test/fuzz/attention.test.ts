/**
 * Random attention networks, as built: RTL = reference, without and with stalls on every port, and every handshake in the
 * cycle that the cycle simulator says. `SLUICE_CASES` networks; those of a batch are one design.
 */
import { expect, it } from 'vitest';
import { simulateCycles } from '../../src/analysis/cycle/simulate.ts';
import { emitVerilog } from '../../src/emit/verilog/emit.ts';
import { concatenated, execute, randomFrames } from '../../src/flow/frames.ts';
import { compareStreams, describeMismatch } from '../../src/sim/compare.ts';
import { outputValues, rtlJob } from '../../src/sim/vectors.ts';
import { rng } from '../conformance/case.ts';
import { cycleDifference, SIMULATORS } from '../conformance/check.ts';
import { type AttentionSample, attentionSample } from './attention-graphs.ts';
import { sideBySide } from './side-by-side.ts';

const CASES = Number(process.env['SLUICE_CASES'] ?? 8);
const FIRST_SEED = Number(process.env['SLUICE_SEED'] ?? 1);
const BATCH = 10;
const FRAMES = 3;
const STALL = 0.3;

/** What is wrong in a batch, as lines that begin with the network. */
async function faults(samples: readonly AttentionSample[], seed: number): Promise<string[]> {
  const graph = sideBySide(samples.map((s, i) => [`n${i}`, s.hardware] as const));
  const frames = samples.map((s) => randomFrames(s.model, FRAMES, seed));
  const inputs = samples.flatMap((s, i) => s.hardware.inputs.map((p) => concatenated(frames[i] ?? [], p.name)));
  const expected = samples.map((s, i) => concatenated(execute(s.model, frames[i] ?? []), 'y'));
  const files = emitVerilog(graph);
  const found: string[] = [];
  for (const probability of [0, STALL]) {
    const stall = { probability, seed };
    const model = simulateCycles(graph, FRAMES, { stall });
    for (const [name, simulate] of SIMULATORS) {
      const result = await simulate(rtlJob(graph, 'bench', files, inputs, { stall, idleLimit: 20_000 }));
      const values = outputValues(graph, result);
      const run = `${name}${probability > 0 ? ' with stalls' : ''}`;
      const say = (title: string, problem: string | undefined): void => {
        if (problem !== undefined) found.push(`${title}: ${run}: ${problem}`);
      };
      samples.forEach((s, i) => {
        const want = expected[i] ?? new Float64Array(0);
        say(s.title, describeMismatch(compareStreams(want, values[i] ?? new Float64Array(0), want.length / FRAMES)));
        const [got, says] = [result.outputs[i]?.cycles, model.outputs[i]];
        if (got && says) say(s.title, cycleDifference('y', got, says));
      });
      say('the design', result.violations[0]);
      say('the design', result.hung ? 'hangs' : undefined);
    }
  }
  return found;
}

it('gives the integers of the model, in the cycles that were predicted', async () => {
  for (let first = 0; first < CASES; first += BATCH) {
    const seeds = Array.from({ length: Math.min(BATCH, CASES - first) }, (_, i) => FIRST_SEED + first + i);
    const samples = seeds.map((seed) => attentionSample(rng(seed), `attention${seed}`));
    expect((await faults(samples, FIRST_SEED + first)).slice(0, 10)).toEqual([]);
  }
});
