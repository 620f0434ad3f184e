import { emitVerilog } from '../src/emit/verilog/emit.ts';
import { moduleName } from '../src/emit/verilog/names.ts';
import { build } from '../src/flow/build.ts';
import { concatenated, randomFrames } from '../src/flow/frames.ts';
import { simulateIcarus } from '../src/sim/icarus/simulate.ts';
import type { RtlJob, RtlResult } from '../src/sim/rtl.ts';
import { rtlJob } from '../src/sim/vectors.ts';
import { simulateVerilator } from '../src/sim/verilator/simulate.ts';
import { simulateWasm } from '../src/sim/wasm/index.ts';
import { icarusVersion } from '../src/tools/icarus.ts';
import { verilatorVersion } from '../src/tools/verilator.ts';
import { type Benchmark, peakOfProcess, type Row } from './bench.ts';
import { jetTagger } from './models.ts';

interface Simulator {
  readonly name: string;
  readonly version: () => Promise<string | undefined>;
  readonly simulate: (job: RtlJob) => Promise<RtlResult>;
  /** Frames of the long run: some seconds. */
  readonly frames: number;
}

const SIMULATORS: readonly Simulator[] = [
  { name: 'Icarus', version: icarusVersion, simulate: simulateIcarus, frames: 200 },
  { name: 'WebAssembly', version: async () => 'embedded', simulate: simulateWasm, frames: 5000 },
  { name: 'Verilator', version: verilatorVersion, simulate: (job) => simulateVerilator(job), frames: 20_000 },
];

const IDLE_LIMIT = 10_000;

/** Cycles per second of a long run beyond a short one, which pays for compilation and start. */
async function rate({ name, simulate, frames }: Simulator, job: (frames: number) => RtlJob): Promise<number> {
  const [short, long] = [job(4), job(frames)];
  await simulate(short);
  const runs: { seconds: number; cycles: number }[] = [];
  for (const j of [short, long]) {
    const start = performance.now();
    const { totalCycles, hung, violations } = await simulate(j);
    if (hung || violations.length > 0) throw new Error(`${name}: the design hangs or breaks its protocol`);
    runs.push({ seconds: (performance.now() - start) / 1000, cycles: totalCycles });
  }
  const [a, b] = runs as [(typeof runs)[0], (typeof runs)[0]];
  return (b.cycles - a.cycles) / (b.seconds - a.seconds);
}

/** One design in all RTL simulators. Memory is that of this process: other programs' own is not in it. */
export const rtl: Benchmark = {
  name: 'rtl',
  summary: 'RTL simulators on the jet tagger, folded for 64 cycles per frame',
  run: async () => {
    const config = { targetIi: 64 };
    const bytes = jetTagger({ weights: 6, activations: 6 });
    const { graph } = build({ bytes, file: 'jet.onnx', name: 'jet', config }).compiled;
    const files = emitVerilog(graph);
    const job = (frames: number): RtlJob => {
      const inputs = randomFrames(graph, frames, 1);
      const data = graph.inputs.map((p) => concatenated(inputs, p.name));
      return rtlJob(graph, moduleName(graph.name), files, data, { idleLimit: IDLE_LIMIT });
    };
    const rows: Row[] = [];
    for (const simulator of SIMULATORS) {
      if ((await simulator.version()) === undefined) continue;
      const value = await rate(simulator, job);
      const first = rows[0];
      const against = first ? { against: { what: first.what, ratio: value / first.value } } : {};
      rows.push({ what: simulator.name, value, unit: 'cycles/s', peak: peakOfProcess(), ...against });
    }
    return rows;
  },
};
