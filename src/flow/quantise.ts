import { about, fail } from '../diag/diagnostic.ts';
import {
  accuracyOutOfReach,
  alreadyQuantised,
  badLabels,
  costOutOfReach,
  nothingToQuantise,
} from '../diag/messages-ptq.ts';
import { loadOnnx, type OnnxGraph } from '../import/onnx/load.ts';
import { HOST_QUANTISERS } from '../import/onnx/operators/index.ts';
import { percent } from '../num/text-table.ts';
import type { BuildConfig } from '../passes/config.ts';
import {
  type QuantisationReport,
  type Quantised,
  type QuantiseSettings,
  quantiseNetwork,
} from '../quantise/quantise.ts';
import { type NamedArray, openArrays, tensorsOf } from '../run/read.ts';
import type { BuildInput } from './build.ts';

export interface QuantiseInput {
  /** The model, and the file that it came from. */
  readonly onnx: OnnxGraph;
  readonly file: string;
  readonly settings: QuantiseSettings;
  /** Frames of real input, by the names of the model's inputs. */
  readonly arrays: ReadonlyMap<string, NamedArray>;
  /** A class for each frame. */
  readonly labels?: NamedArray;
}

const USUAL = { bits: 8, ranges: 'mse' } as const;

/** What a build's configuration says of quantisation, where it says nothing else. */
export const settingsOf = ({ bits, ranges }: BuildConfig): Pick<QuantiseSettings, 'ranges'> & { bits: number } => ({
  bits: bits ?? USUAL.bits,
  ranges: ranges ?? USUAL.ranges,
});

/** A float model as ONNX has it. A model with quantisers is refused. */
export function readFloat({
  bytes,
  file,
  config: { shapes },
}: Pick<BuildInput, 'bytes' | 'file' | 'config'>): OnnxGraph {
  const onnx = loadOnnx(bytes, shapes ? { shapes } : {});
  const there = onnx.nodes.find((n) => HOST_QUANTISERS.has(n.op));
  return there ? fail(alreadyQuantised(file, there.name, there.op)) : onnx;
}

/** A float model with quantisers in it, by what its calibration frames show. */
export function quantiseModel(
  { onnx, file, settings, arrays, labels }: QuantiseInput,
  progress: (step: string) => void = () => {},
): Quantised {
  const { given, samples } = openArrays(onnx.inputs, arrays);
  const frames = Array.from({ length: samples }, (_, s) => tensorsOf(given, s));
  const classes = labels && classesOf(labels, samples);
  return about(file, () => {
    const result = quantiseNetwork(onnx, frames, classes, settings, progress);
    if (result.report.layers.length === 0) fail(nothingToQuantise(file));
    if (settings.bits === 'auto') reached(file, result.report, settings.goal);
    return result;
  });
}

/** Refuses what does not reach the goal that it was searched for. */
function reached(file: string, { chosen, floatAccuracy }: QuantisationReport, goal: QuantiseSettings['goal']): void {
  if ('maxCost' in goal) {
    if (chosen.cost > goal.maxCost + SLACK) fail(costOutOfReach(file, goal.maxCost, chosen.cost.toFixed(3)));
  } else if (chosen.accuracy < floatAccuracy - goal.maxLoss - SLACK)
    fail(accuracyOutOfReach(file, percent(chosen.accuracy), percent(floatAccuracy), goal.maxLoss));
}

/** What sums of doubles may be off by. */
const SLACK = 1e-9;

function classesOf({ file, array }: NamedArray, samples: number): number[] {
  if (array.data.length !== samples)
    fail(badLabels(file, `it holds ${array.data.length} numbers for ${samples} frames`));
  const classes = [...array.data];
  const wrong = classes.find((v) => !Number.isInteger(v) || v < 0);
  return wrong === undefined ? classes : fail(badLabels(file, `${wrong} is no class`));
}
