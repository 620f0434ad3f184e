import { type Command, InvalidArgumentError, Option } from 'commander';
import { fail } from '../diag/diagnostic.ts';
import { goalWithoutSearch, needsCalibration, textQuantised, twoQuantisationGoals } from '../diag/messages-ptq.ts';
import type { BuildInput } from '../flow/build.ts';
import { quantiseModel, readFloat, settingsOf } from '../flow/quantise.ts';
import { readNpy } from '../num/npy.ts';
import { type BuildConfig, MOST_BITS } from '../passes/config.ts';
import type { QuantiseSettings } from '../quantise/quantise.ts';
import { RANGES, type RangeMethod } from '../quantise/ranges.ts';
import { collect } from './command.ts';
import { read, readInputs } from './files.ts';

/** Options that quantise a float model before it is built. */
export interface QuantiseOptions {
  readonly calibrate?: readonly string[];
  readonly labels?: string;
  readonly bits?: number | 'auto';
  readonly ranges?: RangeMethod;
  readonly maxLoss?: number;
  readonly maxCost?: number;
}

/** Accuracy that a search may lose where nothing else is said. */
const MAX_LOSS = 0.01;

export function quantiseOptions(command: Command): Command {
  return command
    .option('--calibrate <[NAME=]X.npy>', 'quantises a float model by these frames of real input; repeatable', collect)
    .option('--labels <Y.npy>', "the frames' classes, to measure accuracy by (default: the float model's own answers)")
    .option('--bits <N|auto>', 'bits of weights and data (default 8); auto: for each layer, by a search', bitsOption)
    .addOption(
      new Option(
        '--ranges <how>',
        'ranges by the largest value, all but 0.01 %, or the least error (default mse)',
      ).choices(RANGES),
    )
    .option('--max-loss <SHARE>', `for --bits auto: accuracy that may be lost (default ${MAX_LOSS})`, share)
    .option('--max-cost <SHARE>', 'for --bits auto: the most bit operations, as a share of those at 8 bits', share);
}

function bitsOption(text: string): number | 'auto' {
  if (text === 'auto') return text;
  const n = Number(text);
  if (!Number.isInteger(n) || n < 2 || n > MOST_BITS)
    throw new InvalidArgumentError(`It is auto, or 2 to ${MOST_BITS}.`);
  return n;
}

function share(text: string): number {
  const x = Number(text);
  if (text.trim() === '' || !(x >= 0 && x <= 1)) throw new InvalidArgumentError('It is a number from 0 to 1.');
  return x;
}

function chosen(o: QuantiseOptions, config: BuildConfig): QuantiseSettings {
  if (o.maxLoss !== undefined && o.maxCost !== undefined) fail(twoQuantisationGoals());
  const goal = o.maxLoss !== undefined ? '--max-loss' : o.maxCost !== undefined ? '--max-cost' : undefined;
  if (goal !== undefined && o.bits !== 'auto') fail(goalWithoutSearch(goal));
  const usual = settingsOf(config);
  return {
    bits: o.bits ?? usual.bits,
    ranges: o.ranges ?? usual.ranges,
    goal: o.maxCost === undefined ? { maxLoss: o.maxLoss ?? MAX_LOSS } : { maxCost: o.maxCost },
  };
}

const NEED_CALIBRATION = [
  ['--labels', 'labels'],
  ['--bits', 'bits'],
  ['--ranges', 'ranges'],
  ['--max-loss', 'maxLoss'],
  ['--max-cost', 'maxCost'],
] as const;

/** The model with the quantisers that the options ask for; nothing where they ask for none. */
export async function quantisedBy(
  options: QuantiseOptions,
  {
    bytes,
    file,
    config,
    text,
  }: { readonly bytes: Uint8Array; readonly file: string; readonly config: BuildConfig; readonly text: boolean },
  progress: (step: string) => void,
): Promise<Pick<BuildInput, 'quantised'>> {
  const { calibrate } = options;
  if (!calibrate) {
    const alone = NEED_CALIBRATION.find(([, key]) => options[key] !== undefined)?.[0];
    const option = alone ?? (config.bits !== undefined ? 'bits' : config.ranges !== undefined ? 'ranges' : undefined);
    return option === undefined ? {} : fail(needsCalibration(option));
  }
  const settings = chosen(options, config);
  if (text) fail(textQuantised(file));
  const onnx = readFloat({ bytes, file, config });
  const names = onnx.inputs.map((i) => i.name);
  const arrays = await readInputs(calibrate, names, '--calibrate');
  const data = [...arrays.values()].map((a) => a.bytes);
  const input = { onnx, file, settings, arrays };
  if (options.labels === undefined) return { quantised: { ...quantiseModel(input, progress), settings, data } };
  const labels = await read(options.labels);
  const classes = { file: options.labels, array: readNpy(labels, options.labels) };
  const result = quantiseModel({ ...input, labels: classes }, progress);
  return { quantised: { ...result, settings, data: [...data, labels] } };
}
