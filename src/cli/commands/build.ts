import { type Command, InvalidArgumentError } from 'commander';
import { writeFileSet } from '../../emit/fileset.ts';
import { build } from '../../flow/build.ts';
import { summaryText } from '../../flow/summary.ts';
import type { BuildConfig } from '../../passes/config.ts';
import { collect, EXIT, perform, positiveInteger, positiveNumber, verb } from '../command.ts';
import { modelName, parseInputTypes, parseShapes, read, readConfig, readFolding } from '../files.ts';

interface Options {
  readonly output: string;
  readonly arch?: 'streaming';
  readonly targetIi?: number;
  readonly targetFps?: number;
  readonly clock?: number;
  readonly folding?: string;
  readonly device?: string;
  readonly config?: string;
  readonly shape?: readonly string[];
  readonly inputType?: readonly string[];
  readonly name?: string;
  readonly json?: boolean;
}

/** Options that say how a model is read; shared by the verbs that take models. */
export function modelOptions(command: Command): Command {
  return command
    .option('--shape <NAME=1,8,8>', 'fixes the shape of an input; repeatable', collect)
    .option('--input-type <NAME=ap_fixed<W,I>>', 'the type of an input that has no quantiser; repeatable', collect);
}

export const buildCommand = (): Command =>
  modelOptions(
    verb(
      'build',
      'imports a model, chooses the hardware and writes HLS C++ and Verilog',
      'sluice build model.onnx -o out --target-ii 64',
    ),
  )
    .argument('<MODEL>', 'a quantised ONNX model')
    .requiredOption('-o, --output <DIR>', 'the build directory; an earlier build there is replaced')
    .option('--arch <NAME>', 'the architecture: streaming', streaming)
    .option('--target-ii <N>', 'cycles between frames', positiveInteger)
    .option('--target-fps <F>', 'frames per second, at --clock', positiveNumber)
    .option('--clock <MHZ>', 'clock frequency (default 200)', positiveNumber)
    .option('--folding <FILE>', 'PE and SIMD by node name, JSON or YAML')
    .option('--device <PART>', 'the FPGA part for csynth.tcl')
    .option('--config <FILE>', 'all of this in one file, JSON or YAML; options win')
    .option('--name <NAME>', "the design's name (default: that of the file, or of its folder)")
    .action((file: string, options: Options) =>
      perform(options.json === true, async (out) => {
        const config = await configOf(options);
        const built = build(
          { bytes: await read(file), file, name: options.name ?? modelName(file), config },
          out.progress,
        );
        out.progress('write');
        await writeFileSet(options.output, built.files);
        out.diagnose(built.warnings);
        out.say(summaryText(built.summary).trimEnd());
        out.say(`wrote ${options.output}`);
        out.json({ ok: true, dir: options.output, summary: built.summary, warnings: built.warnings });
        return EXIT.ok;
      }),
    );

function streaming(text: string): 'streaming' {
  if (text !== 'streaming') throw new InvalidArgumentError('The architecture there is now is streaming.');
  return text;
}

/** The configuration file, overridden by options. */
async function configOf(options: Options): Promise<BuildConfig> {
  const base: BuildConfig = options.config ? await readConfig(options.config) : {};
  return {
    ...base,
    ...(options.arch ? { arch: options.arch } : {}),
    ...(options.targetIi ? { targetIi: options.targetIi } : {}),
    ...(options.targetFps ? { targetFps: options.targetFps } : {}),
    ...(options.clock ? { clockMhz: options.clock } : {}),
    ...(options.device ? { device: options.device } : {}),
    ...(options.folding ? { folding: await readFolding(options.folding) } : {}),
    ...(options.shape ? { shapes: { ...base.shapes, ...parseShapes(options.shape) } } : {}),
    ...(options.inputType ? { inputTypes: { ...base.inputTypes, ...parseInputTypes(options.inputType) } } : {}),
  };
}
