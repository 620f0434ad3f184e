import { DiagnosticError, fail } from '../diag/diagnostic.ts';
import { textQuantised } from '../diag/messages-ptq.ts';
import { badExpectation } from '../diag/messages-sweep.ts';
import { type BuildInput, type Designed, design } from '../flow/build.ts';
import { quantiseModel, readFloat, settingsOf } from '../flow/quantise.ts';
import { runModel } from '../flow/run.ts';
import type { Model } from '../ir/model.ts';
import { parseModel } from '../ir/text/index.ts';
import { type NpyArray, readNpy } from '../num/npy.ts';
import { readSafetensors } from '../num/safetensors.ts';
import { largestAt } from '../num/tensor.ts';
import type { BuildConfig } from '../passes/config.ts';
import type { Figures, Job, JobResult, Source } from './job.ts';
import { QUANTISING } from './spec.ts';

/** Measures designs of one source: no file is written, no tool is run. */
export function measurer(source: Source): (job: Job) => JobResult {
  const text = source.constants && textModel(source.model, source.constants);
  const data = source.data && {
    inputs: readNpy(source.data.inputs, 'inputs'),
    expect: readNpy(source.data.expect, 'expect'),
  };
  const quantised = quantiser(source, data?.inputs);
  return (job) => {
    const input = { bytes: source.model, file: source.file, name: source.name, config: job.config };
    try {
      const designed = design({ ...input, ...(text ? { text } : {}), ...quantised(job.config) });
      const seen = data && job.samples > 0 ? accuracy(designed.model, data, job.samples) : {};
      return { ...job, status: 'done', figures: { ...costOf(designed), ...seen }, folding: foldingOf(designed) };
    } catch (e) {
      if (!(e instanceof DiagnosticError)) throw e;
      const first = e.diagnostics[0];
      const why = `${first?.code}: ${first?.subject ? `${first.subject}: ` : ''}${first?.message}`;
      return { ...job, status: 'refused', figures: {}, folding: {}, why };
    }
  };
}

/** Quantises a float model by all samples, where a configuration asks for it; once for the same bits and ranges. */
function quantiser(
  source: Source,
  inputs: NpyArray | undefined,
): (config: BuildConfig) => Pick<BuildInput, 'quantised'> {
  const known = new Map<string, Pick<BuildInput, 'quantised'>>();
  return (config) => {
    if (!inputs || QUANTISING.every((key) => config[key] === undefined)) return {};
    if (source.constants) fail(textQuantised(source.file));
    const settings = { ...settingsOf(config), goal: { maxLoss: 0 } };
    const key = JSON.stringify([settings, config.shapes]);
    const before = known.get(key);
    if (before) return before;
    const onnx = readFloat({ bytes: source.model, file: source.file, config });
    const arrays = new Map([[onnx.inputs[0]?.name ?? '', { file: 'inputs', array: inputs }]]);
    const result = quantiseModel({ onnx, file: source.file, settings, arrays });
    const made = { quantised: { ...result, settings, data: [] } };
    known.set(key, made);
    return made;
  };
}

const textModel = (text: Uint8Array, constants: Uint8Array): Model =>
  parseModel(new TextDecoder().decode(text), readSafetensors(constants, 'constants'));

function costOf({ summary: { cost, latency, ii, clockMhz } }: Designed): Figures {
  const ns = (cycles: number): number => (1000 * cycles) / clockMhz;
  // Without a settled interval a frame takes as long as it takes.
  const interval = ii ?? latency;
  return { ...cost, latency, ii: interval, latencyNs: ns(latency), frameNs: ns(interval) };
}

const foldingOf = ({ summary }: Designed): JobResult['folding'] =>
  Object.fromEntries(
    summary.kernels.filter((k) => Object.keys(k.folding).length > 0).map((k) => [k.name, k.folding] as const),
  );

const head = (array: NpyArray, samples: number): NpyArray => {
  const size = array.data.length / (array.shape[0] ?? 1);
  return { ...array, shape: [samples, ...array.shape.slice(1)], data: array.data.slice(0, samples * size) };
};

interface Data {
  readonly inputs: NpyArray;
  readonly expect: NpyArray;
}

/** Samples of the data; `file` holds what is expected of them. */
export function sampleCount({ inputs, expect }: Data, file: string): number {
  const [samples = 0, rows = 0] = [inputs.shape[0], expect.shape[0]];
  if (samples !== rows) fail(badExpectation(file, `it has ${rows} rows for ${samples} samples`));
  return samples > 0 ? samples : fail(badExpectation(file, 'there is no sample'));
}

/** The first output of the model against what is expected: outputs, or the class of each sample. */
function accuracy(model: Model, { inputs, expect }: Data, samples: number): Figures {
  const name = model.pre.inputs[0]?.name ?? '';
  const array = { file: 'inputs', array: head(inputs, samples) };
  const [output] = runModel(model, new Map([[name, array]]), false);
  const got = output ? readNpy(output.npy, 'outputs').data : [];
  const size = got.length / samples;
  const want = head(expect, samples).data;
  if (want.length === samples && size > 1) {
    const wrong = rows(got, size).filter((row, i) => largestAt(row) !== want[i]).length;
    return { disagreement: wrong / samples, error: wrong / samples };
  }
  if (want.length !== got.length)
    fail(badExpectation('expect', `it has ${want.length / samples} numbers for each sample, the model gives ${size}`));
  const wanted = rows(want, size);
  const wrong = rows(got, size).filter((row, i) => largestAt(row) !== largestAt(wanted[i] ?? [])).length;
  const error = Array.from(got).reduce((sum, v, i) => sum + Math.abs(v - (want[i] ?? 0)), 0) / got.length;
  return { disagreement: wrong / samples, error };
}

const rows = (data: ArrayLike<number>, size: number): number[][] =>
  Array.from({ length: data.length / size }, (_, i) => Array.from({ length: size }, (_, j) => data[i * size + j] ?? 0));
