/**
 * FIFO depths of random fork/join networks: the ideal interval in the model and in RTL, never a hang under stalls, the peak
 * occupancy of every FIFO as the model says, and no FIFO that could be one entry shorter. `SLUICE_FIFO_CASES` networks.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type CycleResult, simulateCycles } from '../../src/analysis/cycle/simulate.ts';
import { emitVerilog } from '../../src/emit/verilog/emit.ts';
import { concatenated, execute, randomFrames } from '../../src/flow/frames.ts';
import type { Graph, ValueType } from '../../src/ir/graph.ts';
import { beatBits, beatsOf } from '../../src/kernels/axis.ts';
import { MIN_DEPTH } from '../../src/passes/lanes.ts';
import { idealInterval, keepsInterval, SETTLED } from '../../src/passes/set-fifo-depths.ts';
import { compareStreams, describeMismatch } from '../../src/sim/compare.ts';
import { simulateIcarus } from '../../src/sim/icarus/simulate.ts';
import type { RtlResult } from '../../src/sim/rtl.ts';
import { outputValues, rtlJob } from '../../src/sim/vectors.ts';
import { rng } from '../conformance/case.ts';
import { cycleDifference } from '../conformance/check.ts';
import { hasIcarus } from '../tools.ts';
import { type ForkJoin, forkJoin } from './fork-join-graphs.ts';
import { sideBySide } from './side-by-side.ts';

const CASES = Number(process.env['SLUICE_FIFO_CASES'] ?? (process.env['CI'] ? 20 : 10));
const FIRST_SEED = Number(process.env['SLUICE_SEED'] ?? 1);
const BATCH = 10;
const FRAMES = 4;
const STALL = 0.3;
/** FIFOs per network that are made one entry shorter in RTL; in the model all are. */
const SHORTENED = 1;

const fifosOf = (g: Graph): { name: string; depth: number }[] =>
  g.nodes.filter((n) => n.op === 'fifo').map((n) => ({ name: n.name, depth: Number(n.attrs['depth']) }));

const shorter = (g: Graph, name: string): Graph => ({
  ...g,
  nodes: g.nodes.map((n) => (n.name === name ? { ...n, attrs: { depth: Number(n.attrs['depth']) - 1 } } : n)),
});

const storage = (g: Graph, depth: (name: string, own: number, type: ValueType) => number): number =>
  g.nodes.reduce((bits, n) => {
    const type = g.values[n.outputs[0] ?? ''];
    return n.op === 'fifo' && type ? bits + beatBits(type) * depth(n.name, Number(n.attrs['depth']), type) : bits;
  }, 0);

/** Depth of every FIFO where each is to hold a whole frame: safe without any analysis. */
const frameBits = (g: Graph): number => storage(g, (_, __, type) => beatsOf(type));
const sizedBits = (g: Graph): number => storage(g, (_, depth) => depth);

/** The FIFO's module, which writes a line to a file whenever it holds more than ever before. */
const counting = (text: string, file: string): string =>
  text.replace(
    /endmodule\s*$/,
    `    integer peak, log;
    initial begin peak = 0; log = $fopen("${file}", "a"); end
    always @(posedge clk) if (!rst && count > peak) begin
        peak = count;
        $fdisplay(log, "%m %0d", peak);
        $fflush(log);
    end
endmodule
`,
  );

interface Run {
  readonly model: CycleResult;
  readonly rtl: RtlResult;
  /** Peak occupancy by instance, as counted in RTL. */
  readonly peaks: ReadonlyMap<string, number>;
}

const scratch = mkdtempSync(join(tmpdir(), 'sluice-fifos-'));
let runs = 0;

async function run(graph: Graph, inputs: readonly Float64Array[], probability: number, seed: number): Promise<Run> {
  const log = join(scratch, `peaks${runs++}`);
  const files = new Map(emitVerilog(graph));
  for (const [path, text] of files) {
    if (path.endsWith('sluice_fifo.v')) files.set(path, counting(String(text), log));
  }
  const stall = { probability, seed };
  const model = simulateCycles(graph, FRAMES, { stall });
  const rtl = await simulateIcarus(rtlJob(graph, 'bench', files, inputs, { stall, idleLimit: 5000 }));
  const peaks = new Map<string, number>();
  for (const line of readFileSync(log, 'utf8').split('\n')) {
    const [path = '', peak = ''] = line.split(' ');
    if (path !== '') peaks.set(path.split('.').at(-1) ?? '', Number(peak));
  }
  return { model, rtl, peaks };
}

/** The interval of one output of several networks that run side by side. */
const intervalOf = (cycles: Float64Array, beats: number): number => {
  const end = (frame: number): number => cycles[(frame + 1) * beats - 1] ?? Number.NaN;
  return end(FRAMES - 1) - end(FRAMES - 2);
};
const beatsOfOutput = ({ hardware: g }: ForkJoin): number => beatsOf(g.values[g.outputs[0]?.value ?? ''] as ValueType);

it.skipIf(!hasIcarus)('keep the ideal interval, and are the least that do', async () => {
  const bits = { sized: 0, frames: 0 };
  let deep = 0;
  // FIFOs that are one entry shorter in RTL: slower or hung without any stall, or deep for the sake of stalls alone.
  let [harmed, unharmed] = [0, 0];
  const faults: string[] = [];
  for (let first = 0; first < CASES && faults.length < 10; first += BATCH) {
    const seeds = Array.from({ length: Math.min(BATCH, CASES - first) }, (_, i) => FIRST_SEED + first + i);
    const samples = seeds.map((seed) => forkJoin(rng(seed), `network ${seed}`));
    const frames = samples.map((s, i) => randomFrames(s.model, FRAMES, seeds[i] ?? 1));
    const inputs = samples.flatMap((s, i) => s.hardware.inputs.map((p) => concatenated(frames[i] ?? [], p.name)));
    const say = (s: ForkJoin, problem: string | undefined): void => {
      if (problem !== undefined) faults.push(`${s.title}: ${problem}`);
    };

    for (const s of samples) {
      const ideal = idealInterval(s.hardware);
      const settled = simulateCycles(s.hardware, SETTLED.frames);
      if (!keepsInterval(s.hardware, settled, ideal)) say(s, `an interval of ${settled.ii}, not ${ideal}`);
      for (const { name, depth } of fifosOf(s.hardware)) {
        if (depth <= MIN_DEPTH) continue;
        deep++;
        const less = shorter(s.hardware, name);
        const stuck = simulateCycles(less, FRAMES, { spaced: true }).hung;
        if (!stuck && keepsInterval(less, simulateCycles(less, SETTLED.frames), ideal))
          say(s, `${name} of ${depth} could be shorter`);
      }
      bits.sized += sizedBits(s.hardware);
      bits.frames += frameBits(s.hardware);
    }

    const graph = sideBySide(samples.map((s, i) => [`n${i}`, s.hardware] as const));
    for (const probability of [0, STALL]) {
      const { model, rtl, peaks } = await run(graph, inputs, probability, FIRST_SEED + first);
      if (rtl.hung) faults.push('the design hangs');
      faults.push(...rtl.violations);
      const values = outputValues(graph, rtl);
      samples.forEach((s, i) => {
        const want = concatenated(execute(s.model, frames[i] ?? []), 'y');
        const got = values[i] ?? new Float64Array(0);
        say(s, describeMismatch(compareStreams(want, got, want.length / FRAMES)));
        const [cycles, predicted] = [rtl.outputs[i]?.cycles, model.outputs[i]];
        if (cycles && predicted) say(s, cycleDifference('y', cycles, predicted));
        for (const { name } of fifosOf(s.hardware)) {
          const [counted, fill] = [peaks.get(`u_n${i}_${name}`) ?? 0, model.fill.get(`n${i}_${name}`) ?? 0];
          if (counted !== fill) say(s, `${name} held ${counted} in RTL, ${fill} in the model`);
        }
      });
    }

    // One FIFO of each network that has a deep one, one entry shorter: in RTL too it is slower, or stops.
    const cut = samples.flatMap((s, i) => {
      const candidates = fifosOf(s.hardware).filter((f) => f.depth > MIN_DEPTH);
      const pick = rng(seeds[i] ?? 1).pick;
      return candidates.length === 0
        ? []
        : Array.from({ length: SHORTENED }, () => ({ s, i, name: pick(candidates).name }));
    });
    for (const { s, i, name } of cut) {
      const less = shorter(sideBySide([['n0', s.hardware]]), `n0_${name}`);
      const { rtl } = await run(less, [inputs[i] ?? new Float64Array(0)], 0, 1);
      const ii = intervalOf(rtl.outputs[0]?.cycles ?? new Float64Array(0), beatsOfOutput(s));
      const { hung, ii: says } = simulateCycles(less, FRAMES);
      if (rtl.hung !== (hung !== undefined) || (!hung && ii !== says))
        say(s, `${name} one shorter: not as modelled in RTL`);
      if (!rtl.hung && ii <= idealInterval(s.hardware)) unharmed++;
      else harmed++;
    }
  }
  rmSync(scratch, { recursive: true, force: true });
  expect(faults.slice(0, 10)).toEqual([]);
  expect(deep).toBeGreaterThan(CASES / 2);
  expect(bits.sized).toBeLessThan(bits.frames / 4);
  expect(harmed).toBeGreaterThan(unharmed);
  console.log(
    `${CASES} networks, ${deep} deep FIFOs: ${bits.sized} bits; ${bits.frames} where each holds a frame; one entry less: ${harmed} slower or hung, ${unharmed} only under stalls`,
  );
});
