import { basename } from 'node:path';
import { simulateCycles } from '../analysis/cycle/simulate.ts';
import { about, type Diagnostic, fail } from '../diag/diagnostic.ts';
import { onlyCircuits } from '../diag/messages-build.ts';
import { unknownShapeOption } from '../diag/messages-import.ts';
import { type FileSet, fileSet, fileSetHash, merge, under } from '../emit/fileset.ts';
import { DEFAULT_HLS, emitHls } from '../emit/hls/emit.ts';
import { emitVerilog } from '../emit/verilog/emit.ts';
import { emitTestBench, type PortVectors } from '../emit/verilog/testbench.ts';
import { importGraph, importOnnx } from '../import/onnx/import.ts';
import type { Graph } from '../ir/graph.ts';
import type { Model } from '../ir/model.ts';
import { printModel } from '../ir/text/index.ts';
import { imageBytes, memoryImage } from '../kernels/axi.ts';
import { type AxisPort, axisPorts } from '../kernels/axis.ts';
import { deviceOf } from '../kernels/devices.ts';
import type { Solver } from '../netlist/cmvm/solver.ts';
import { ordered } from '../num/json.ts';
import { writeSafetensors } from '../num/safetensors.ts';
import { type BuildConfig, DEFAULT_CLOCK_MHZ } from '../passes/config.ts';
import { type Compiled, MODEL, pipelineFor, runPasses } from '../passes/index.ts';
import type { Decision } from '../passes/pass.ts';
import type { Quantised, QuantiseSettings } from '../quantise/quantise.ts';
import { interleave } from '../sim/csim/vectors.ts';
import { streamPort } from '../sim/vectors.ts';
import { HLS_IMAGE } from './executors.ts';
import { inputTypesOf } from './input-types.ts';
import { MANIFEST, sha256 } from './manifest.ts';
import { quantisationText } from './quantisation-text.ts';
import { type Summary, summarise, summaryText } from './summary.ts';
import { benchVectors } from './vectors.ts';
import { VERSION } from './version.ts';

export interface BuildInput {
  /** The model file's bytes, and the path to report it under. */
  readonly bytes: Uint8Array;
  readonly file: string;
  readonly name: string;
  readonly config: BuildConfig;
  /** Who does the work of large matrices; default: the thread that builds. */
  readonly solver?: Solver;
  /** What the file holds, where it is the text of a model and not ONNX. */
  readonly text?: Model;
  /** The file's network with quantisers that calibration put in, instead of the file's own. */
  readonly quantised?: Quantised & { readonly settings: QuantiseSettings; readonly data: readonly Uint8Array[] };
}

export interface Built {
  readonly files: FileSet;
  readonly model: Model;
  readonly compiled: Compiled;
  readonly summary: Summary;
  readonly warnings: readonly Diagnostic[];
}

/** Frames after which the cycle model reports a settled initiation interval. */
const CYCLE_FRAMES = 4;

/** Frames of the vectors that come with the test benches of a build. */
const BENCH_FRAMES = 3;

/** A model and what was assumed about it. */
export interface ReadModel {
  readonly model: Model;
  readonly warnings: readonly Diagnostic[];
  /** How its real functions were made integers. */
  readonly decisions: readonly Decision[];
}

/** A model that was read before: nothing is left to decide. */
export const asRead = (model: Model): ReadModel => ({ model, warnings: [], decisions: [] });

/** Reads a model with the options of a build, and makes its real functions integers. */
export function readModel(input: BuildInput): ReadModel {
  const { model, warnings: found } = input.text ? asRead(input.text) : imported(input);
  const { graph, decisions, warnings } = runPasses(model.graph, MODEL, input.config);
  return { model: { ...model, graph }, warnings: [...found, ...warnings], decisions };
}

function imported(input: BuildInput): ReturnType<typeof importOnnx> {
  const { shapes, inputTypes, attention } = input.config;
  const options = {
    name: input.name,
    ...(shapes ? { shapes } : {}),
    ...(inputTypes ? { inputTypes: inputTypesOf(inputTypes) } : {}),
    ...(attention ? { attention } : {}),
  };
  return about(input.file, () => {
    const found = input.quantised ? importGraph(input.quantised.onnx, options) : importOnnx(input.bytes, options);
    const known = found.model.pre.inputs.map((i) => i.name);
    const unknown = Object.keys(inputTypes ?? {}).find((name) => !known.includes(name));
    return unknown === undefined ? found : fail(unknownShapeOption(unknown, known));
  });
}

/** A model made into hardware, of which nothing is written yet. */
export type Designed = Omit<Built, 'files'>;

/** Import and passes, and what they say about cycles and cost. `progress` hears what is being done. */
export function design(input: BuildInput, progress: (step: string) => void = () => {}): Designed {
  progress('import');
  const { arch, tmr, weights } = input.config;
  if (arch !== 'unrolled' && (tmr || weights === 'runtime')) fail(onlyCircuits(input.name));
  const { model, warnings, decisions } = readModel(input);
  const lowered = runPasses(model.graph, pipelineFor(input.config), input.config, {
    watch: (p) => progress(p.name),
    solver: input.solver,
  });
  const compiled = { ...lowered, decisions: [...decisions, ...lowered.decisions] };
  progress('schedule');
  const cycles = simulateCycles(compiled.graph, CYCLE_FRAMES);
  const summary = summarise(model, compiled, cycles, input.config);
  return { model, compiled, summary, warnings: [...warnings, ...compiled.warnings] };
}

/** A design and its emission: everything of a build directory, in memory. The same input and configuration give the same bytes. */
export function build(input: BuildInput, progress: (step: string) => void = () => {}): Built {
  const designed = design(input, progress);
  const { model, compiled, summary } = designed;
  progress('emit');
  const period = 1000 / (input.config.clockMhz ?? DEFAULT_CLOCK_MHZ);
  const hardware: Model = { ...model, graph: compiled.graph };
  const vectors = benchVectors(compiled.graph, BENCH_FRAMES);
  const content = merge(
    under('rtl', emitVerilog(compiled.graph)),
    under('hls', emitHls(compiled.graph, { part: hlsPart(input.config.device), period })),
    under('sim', emitTestBench(compiled.graph, vectors.inputs, vectors.outputs)),
    hlsVectors(compiled.graph, vectors),
    hlsImage(compiled.graph),
    modelFiles(model, hardware),
    quantisationFiles(input.quantised),
    fileSet([
      ['reports/summary.json', `${JSON.stringify(summary, null, 2)}\n`],
      ['reports/summary.txt', summaryText(summary)],
    ]),
  );
  const manifest = {
    format: 1,
    tool: { name: 'sluice', version: VERSION },
    // Where the file lies differs between machines; what it is called and holds does not.
    model: { file: basename(input.file), name: input.name, sha256: sha256(input.bytes) },
    config: ordered(input.config),
    ...(input.quantised
      ? { quantisation: { ...input.quantised.settings, data: input.quantised.data.map(sha256) } }
      : {}),
    content: fileSetHash(content),
    files: Object.fromEntries([...content].map(([path, data]) => [path, sha256(data)])),
  };
  const files = merge(content, fileSet([[MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`]]));
  return { ...designed, files };
}

/** What calibration measured and chose. */
const quantisationFiles = (quantised: BuildInput['quantised']): FileSet =>
  fileSet(
    quantised
      ? [
          ['reports/quantisation.json', `${JSON.stringify(quantised.report, null, 2)}\n`],
          ['reports/quantisation.txt', `${quantisationText(quantised.report)}\n`],
        ]
      : [],
  );

/** The part for Vitis HLS, which knows none of other vendors. */
function hlsPart(name: string | undefined): string {
  const device = deviceOf(name ?? '');
  if (device) return device.fabric.startsWith('xc') ? device.part : DEFAULT_HLS.part;
  return name ?? DEFAULT_HLS.part;
}

/** The memory image for the C++ test bench, of a design that reads one. */
const hlsImage = (graph: Graph): FileSet =>
  fileSet(imageBytes(graph) > 0 ? [[`hls/${HLS_IMAGE}`, memoryImage(graph)]] : []);

/** The same vectors for the C++ test bench. */
function hlsVectors(graph: Graph, { inputs, outputs }: ReturnType<typeof benchVectors>): FileSet {
  const ports = axisPorts(graph);
  const file = (list: readonly AxisPort[], beats: readonly PortVectors[]): Uint8Array =>
    interleave(
      list.map((p, i) => ({ port: streamPort(p), beats: beats[i]?.beats ?? new Uint8Array(0) })),
      BENCH_FRAMES,
    );
  return fileSet([
    ['hls/vectors/input.bin', file(ports.inputs, inputs)],
    ['hls/vectors/expected.bin', file(ports.outputs, outputs)],
  ]);
}

/** The IR as imported (what the hardware must equal) and as built, with their constants. */
function modelFiles(model: Model, hardware: Model): FileSet {
  const [imported, built] = [printModel(model), printModel(hardware)];
  return fileSet([
    ['model.sir', imported.text],
    ['graph.sir', built.text],
    ['weights.safetensors', writeSafetensors(imported.consts)],
    ['graph.safetensors', writeSafetensors(built.consts)],
  ]);
}
