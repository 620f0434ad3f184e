import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CycleResult, simulateCycles } from '../../src/analysis/cycle/simulate.ts';
import { watchedValues } from '../../src/analysis/cycle/values.ts';
import { type FileSet, writeInto } from '../../src/emit/fileset.ts';
import { emitVerilog } from '../../src/emit/verilog/emit.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { beatsOf } from '../../src/kernels/axis.ts';
import type { IntArray } from '../../src/num/tensor.ts';
import { numel } from '../../src/num/tensor.ts';
import { compareStreams, describeMismatch } from '../../src/sim/compare.ts';
import { simulateIcarus } from '../../src/sim/icarus/simulate.ts';
import type { RtlJob, RtlResult } from '../../src/sim/rtl.ts';
import { outputValues, rtlJob } from '../../src/sim/vectors.ts';
import { simulateVerilator } from '../../src/sim/verilator/simulate.ts';
import { simulateWasm } from '../../src/sim/wasm/index.ts';
import { iverilog } from '../../src/tools/icarus.ts';
import { verilator } from '../../src/tools/verilator.ts';
import { hasIcarus, hasVerilator } from '../tools.ts';
import { benchGraph, prefixOf, type Subject } from './bench.ts';

export const FRAMES = 3;
const IDLE_LIMIT = 3000;
const STALL = 0.3;

const ALL: readonly (readonly [string, (job: RtlJob) => Promise<RtlResult>, boolean])[] = [
  ['icarus', simulateIcarus, hasIcarus],
  ['verilator', (job) => simulateVerilator(job, 'build'), hasVerilator],
  // It needs nothing, and takes the place of the others where there are none.
  ['wasm', simulateWasm, !hasIcarus && !hasVerilator],
];

/** `SLUICE_SIMULATORS=icarus` leaves out the compilation by Verilator, for quick rounds. */
const chosen = process.env['SLUICE_SIMULATORS']?.split(',');

/** The simulators that are asked for, or those that are here. */
export const SIMULATORS = ALL.filter(([name, , usual]) => chosen?.includes(name) ?? usual);

/** Everything that is wrong with these kernels' RTL, as lines that start with the kernel and the seed. */
export async function checkRtl(subjects: readonly Subject[]): Promise<string[]> {
  const faults: string[] = [];
  const sound = subjects.filter((subject) => {
    try {
      emitVerilog(benchGraph([subject]));
      return true;
    } catch (error) {
      faults.push(`${title(subject)}: cannot be emitted: ${error}`);
      return false;
    }
  });
  if (sound.length === 0) return faults;
  const graph = benchGraph(sound);
  const files = emitVerilog(graph);
  const inputs = sound.flatMap((s) => s.inputs);
  const values = watchedValues(graph, inputs);
  for (const probability of [0, STALL]) {
    const settings = { stall: { probability, seed: sound[0]?.seed ?? 1 }, idleLimit: IDLE_LIMIT };
    const model = simulateCycles(graph, FRAMES, { ...settings, values });
    for (const [name, simulate] of SIMULATORS) {
      const result = await simulate(rtlJob(graph, 'bench', files, inputs, settings));
      const run = `${name}${probability > 0 ? ` with stalls ${probability}` : ''}`;
      faults.push(...judge(graph, sound, result, model, run));
    }
  }
  return faults;
}

function judge(
  graph: Graph,
  subjects: readonly Subject[],
  result: RtlResult,
  model: CycleResult,
  run: string,
): string[] {
  const values = outputValues(graph, result);
  let input = 0;
  let output = 0;
  let reader = 0;
  return subjects.flatMap((subject) => {
    const problems: (string | undefined)[] = [];
    const cyclesOf = (kind: string, index: number, actual?: Float64Array, expected?: Float64Array): void => {
      if (actual && expected) problems.push(cycleDifference(`${kind} ${index}`, actual, expected));
    };
    subject.outputTypes.forEach((type, j) => {
      const at = output++;
      const comparison = compareStreams(subject.expected[j] as IntArray, values[at] as IntArray, numel(type.shape));
      problems.push(describeMismatch(comparison));
      cyclesOf('output', j, result.outputs[at]?.cycles, model.outputs[at]);
    });
    subject.kernel.inputs.forEach((type, i) => {
      const at = input++;
      cyclesOf('input', i, result.inputCycles[at], model.inputs[at]?.slice(0, FRAMES * beatsOf(type)));
    });
    const own = new RegExp(`^(.*_${prefixOf(subject)}_(in|out)\\d+|m_axi(_${prefixOf(subject)})?):`);
    if (subject.def.memory) problems.push(readDifference(result.reads[reader], model.reads[reader++]));
    problems.push(...result.violations.filter((v) => own.test(v)));
    return problems.filter((p) => p !== undefined).map((p) => `${title(subject)}: ${run}: ${p}`);
  });
}

export function cycleDifference(port: string, actual: Float64Array, expected: Float64Array): string | undefined {
  const n = Math.max(actual.length, expected.length);
  for (let i = 0; i < n; i++) {
    if (actual[i] === expected[i]) continue;
    const show = (v: number | undefined): string => (v === undefined ? 'never' : `in cycle ${v}`);
    return `${port}: beat ${i} moves ${show(actual[i])}, the cycle model says ${show(expected[i])}`;
  }
  return undefined;
}

/** The model ends with the last beat; the simulators go on for some cycles. */
function readDifference(
  actual: RtlResult['reads'][number] = [],
  expected: CycleResult['reads'][number] = [],
): string | undefined {
  const text = (reads: typeof actual): string => JSON.stringify(reads.slice(0, expected.length));
  return text(actual) === text(expected) ? undefined : `reads ${text(actual)}, the cycle model says ${text(expected)}`;
}

const title = ({ kernel, seed }: Subject): string => {
  const types = kernel.inputs.map((t) => `${t.elem.kind}${t.elem.bits}x${t.lanes}[${t.shape}]`).join(', ');
  return `${kernel.kind} seed ${seed} ${JSON.stringify(kernel.attrs)} (${types})`;
};

/** Warnings of Verilator and Icarus on an emitted design with the top module `bench`, as they print them. */
export async function lint(files: FileSet): Promise<void> {
  const sources = [...files.keys()].filter((path) => path.endsWith('.v'));
  const dir = await mkdtemp(join(tmpdir(), 'sluice-lint-'));
  try {
    await writeInto(dir, files);
    await verilator(['--lint-only', '-Wall', '--top-module', 'bench', ...sources], dir);
    const { stderr } = await iverilog(['-Wall', '-g2005', '-t', 'null', '-s', 'bench', ...sources], dir);
    if (stderr.trim() !== '') throw new Error(`iverilog -Wall:\n${stderr}`);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
