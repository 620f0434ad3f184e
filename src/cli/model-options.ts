import { type Command, Option } from 'commander';
import type { BuildConfig } from '../passes/config.ts';
import { collect, positiveNumber } from './command.ts';
import { parseInputTypes, parseShapes } from './config.ts';

/** Options that say how a model is read; shared by the verbs that take models. */
export interface ModelOptions {
  readonly shape?: readonly string[];
  readonly inputType?: readonly string[];
  readonly approximationLsb?: number;
  readonly attention?: 'auto' | 'fused' | 'faithful';
}

export function modelOptions(command: Command): Command {
  return command
    .option('--shape <NAME=1,8,8>', 'fixes the shape of an input; repeatable', collect)
    .option('--input-type <NAME=ap_fixed<W,I>>', 'the type of an input that has no quantiser; repeatable', collect)
    .option(
      '--approximation-lsb <X>',
      'how far softmax and the like may be off, in output units (default 0.5)',
      positiveNumber,
    )
    .addOption(
      new Option(
        '--attention <how>',
        'attention as one op: where nothing is quantised inside it (auto), wherever it can be (fused), never (faithful)',
      ).choices(['auto', 'fused', 'faithful']),
    );
}

export function modelConfig({ shape, inputType, approximationLsb, attention }: ModelOptions): BuildConfig {
  return {
    ...(shape ? { shapes: parseShapes(shape) } : {}),
    ...(inputType ? { inputTypes: parseInputTypes(inputType) } : {}),
    ...(approximationLsb === undefined ? {} : { approximationLsb }),
    ...(attention === undefined ? {} : { attention }),
  };
}
