import { emitVerilog } from '../src/emit/verilog/emit.ts';
import { moduleName } from '../src/emit/verilog/names.ts';
import { concatenated, randomFrames } from '../src/flow/frames.ts';
import type { Graph } from '../src/ir/graph.ts';
import { type AttendKernelAttrs, attendMemoryBits } from '../src/kernels/attend/attrs.ts';
import { contextOf } from '../src/kernels/context.ts';
import type { KernelContext } from '../src/kernels/kernel.ts';
import { type ReplayKernelAttrs, replayMemoryBits } from '../src/kernels/replay/kernel.ts';
import { type ScoresKernelAttrs, scoresMemoryBits } from '../src/kernels/scores/attrs.ts';
import { runPasses, STREAMING } from '../src/passes/index.ts';
import { rtlJob } from '../src/sim/vectors.ts';
import { simulateVerilator } from '../src/sim/verilator/simulate.ts';
import { simulateWasm } from '../src/sim/wasm/index.ts';
import { verilatorVersion } from '../src/tools/verilator.ts';
import { attentionError } from './attention-error.ts';
import { attentionGraph, designed, hardware } from './attention-graph.ts';
import type { Benchmark, Row } from './bench.ts';

const LENGTHS = [64, 197, 512];
const BITS = { scoreBits: 8, stepBits: 5, mantissaBits: 10 };

/**
 * Standard deviations of the scores, in natural units. Codes of 8 bits in steps of 1/32 octave end at ±2.77; wider ones
 * take another bit, and no more table.
 */
const SPREADS = [
  { deviation: 0.35, scoreBits: 8 },
  { deviation: 0.7, scoreBits: 8 },
  { deviation: 1.39, scoreBits: 9 },
] as const;

/** What one measures on ITA's RTL and on a model of its softmax, at the same lengths: shares in percent. */
const ITA = {
  utilisation: { 64: 88.9, 197: 59, 512: 99.8 },
  error: { 64: [19, 25], 197: [23, 51], 512: [51, 95] },
} as const;
const itaError = (length: number): readonly [number, number] => ITA.error[length as keyof typeof ITA.error];

function errors(): Row[] {
  return LENGTHS.flatMap((length) =>
    SPREADS.flatMap(({ deviation, scoreBits }): Row[] => {
      const e = attentionError(length, deviation, { ...BITS, scoreBits });
      const at = `${length} keys, scores ±${deviation} in ${scoreBits} bits`;
      const [least] = itaError(length);
      return [
        {
          what: `error of P·V, ${at}`,
          value: 100 * e.ofOperands,
          unit: '%',
          against: { what: `ITA's shift softmax, ${least} % or more`, ratio: (100 * e.ofOperands) / least },
        },
        { what: '  without the rounding of scores to codes', value: 100 * e.ofCodes, unit: '%' },
        { what: '  probability mass kept, least row', value: 100 * e.leastMass, unit: '%' },
        { what: '  probability mass kept, mean', value: 100 * e.meanMass, unit: '%' },
      ];
    }),
  );
}

interface Load {
  readonly length: number;
  readonly width: number;
  readonly slots: number;
  readonly simd: number;
}

const LOADS: readonly Load[] = [
  { length: 64, width: 64, slots: 8, simd: 16 },
  { length: 64, width: 32, slots: 8, simd: 32 },
  { length: 197, width: 64, slots: 8, simd: 16 },
  { length: 197, width: 32, slots: 8, simd: 32 },
  { length: 197, width: 32, slots: 25, simd: 8 },
  { length: 512, width: 64, slots: 16, simd: 64 },
];
const FRAMES = 4;

function networkOf({ length, width, slots, simd }: Load): Graph {
  const size = { queries: length, keys: length, width };
  const graph = designed(attentionGraph(size, { ...BITS, scale: 1e-5, slots }));
  return hardware(graph, { folding: { Defaults: { SIMD: simd } } });
}

/** Multiplications that a frame needs, of those that its multipliers could do from one frame's end to the next. */
async function utilisation(load: Load): Promise<Row> {
  const graph = networkOf(load);
  const frames = randomFrames(graph, FRAMES, 1);
  const inputs = graph.inputs.map((p) => concatenated(frames, p.name));
  const job = rtlJob(graph, moduleName(graph.name), emitVerilog(graph), inputs);
  const simulate = (await verilatorVersion()) === undefined ? simulateWasm : simulateVerilator;
  const { outputs, hung, violations } = await simulate(job);
  if (hung || violations.length > 0) throw new Error('the attention hangs or breaks its protocol');
  const cycles = outputs[0]?.cycles ?? new Float64Array(0);
  const beats = cycles.length / FRAMES;
  const ii = (cycles[cycles.length - 1] as number) - (cycles[cycles.length - 1 - beats] as number);
  const { length, width, slots, simd } = load;
  const value = (100 * 2 * length * length * width) / (2 * slots * simd * ii);
  const ita = ITA.utilisation[length as keyof typeof ITA.utilisation];
  const published = width === 32 ? 50 : ita;
  return {
    what: `MAC utilisation in RTL, ${length} keys, head of ${width}, ${slots} queries × ${simd}, ${ii} cycles`,
    value,
    unit: '%',
    against: { what: `ITA, ${published} %`, ratio: value / published },
  };
}

const MEMORY: { readonly [op: string]: (ctx: KernelContext) => number } = {
  scores: (ctx) => scoresMemoryBits(ctx as KernelContext<ScoresKernelAttrs>),
  attend: (ctx) => attendMemoryBits(ctx as KernelContext<AttendKernelAttrs>),
  replay: (ctx) => replayMemoryBits(ctx as KernelContext<ReplayKernelAttrs>),
};

/** Bits of the memories of the kernels, folded as always; the depths of FIFOs do not matter here. */
function memory(length: number): Row[] {
  const size = { queries: length, keys: length, width: 64 };
  const model = designed(attentionGraph(size, { ...BITS, scale: 1e-5, slots: 8 }));
  const upTo = STREAMING.findIndex((p) => p.name === 'fold') + 1;
  const { graph } = runPasses(model, STREAMING.slice(0, upTo), { folding: { Defaults: { SIMD: 16 } } });
  const bits = (...ops: readonly string[]): number =>
    graph.nodes.reduce(
      (n, node) => n + (ops.includes(node.op) ? (MEMORY[node.op]?.(contextOf(graph, node)) ?? 0) : 0),
      0,
    );
  return [
    { what: `memory of scores and attend, ${length} keys`, value: bits('scores', 'attend'), unit: 'bits' },
    { what: `  stores that replay keys and values, ${length} keys`, value: bits('replay'), unit: 'bits' },
  ];
}

export const attention: Benchmark = {
  name: 'attention',
  summary: 'attention alone, 8 bits; ITA as measured on its RTL (padded to 64) and on a model of its softmax',
  run: async () => {
    const rows = errors();
    for (const load of LOADS) rows.push(await utilisation(load));
    for (let length = 64; length <= 4096; length *= 2) rows.push(...memory(length));
    return rows;
  },
};
