import type { Command } from 'commander';
import type { BuildConfig } from '../passes/config.ts';
import { collect } from './command.ts';
import { parseInputTypes, parseShapes } from './config.ts';

/** Options that say how a model is read; shared by the verbs that take models. */
export interface ModelOptions {
  readonly shape?: readonly string[];
  readonly inputType?: readonly string[];
}

export function modelOptions(command: Command): Command {
  return command
    .option('--shape <NAME=1,8,8>', 'fixes the shape of an input; repeatable', collect)
    .option('--input-type <NAME=ap_fixed<W,I>>', 'the type of an input that has no quantiser; repeatable', collect);
}

export function modelConfig({ shape, inputType }: ModelOptions): BuildConfig {
  return {
    ...(shape ? { shapes: parseShapes(shape) } : {}),
    ...(inputType ? { inputTypes: parseInputTypes(inputType) } : {}),
  };
}
