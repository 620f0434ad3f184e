import { type Command, InvalidArgumentError } from 'commander';
import { abandonWrites, writeFileSet } from '../../emit/fileset.ts';
import { build } from '../../flow/build.ts';
import { quantisationText } from '../../flow/quantisation-text.ts';
import { summaryText } from '../../flow/summary.ts';
import { ARCHITECTURES, type Architecture } from '../../passes/architectures.ts';
import type { BuildConfig } from '../../passes/config.ts';
import { threadedSolver } from '../../threads/pool.ts';
import { architecture, EXIT, nonEmpty, perform, positiveInteger, positiveNumber, verb } from '../command.ts';
import { mergeConfig, readConfig, readFolding } from '../config.ts';
import { modelName, read } from '../files.ts';
import { guarded } from '../interrupt.ts';
import { type ModelOptions, modelConfig, modelOptions } from '../model-options.ts';
import { readTensorText } from '../model-text.ts';
import { outputDirectory } from '../output.ts';
import { type QuantiseOptions, quantisedBy, quantiseOptions } from '../quantise-options.ts';

interface Options extends ModelOptions, QuantiseOptions {
  readonly output: string;
  readonly arch?: Architecture;
  readonly levels?: number;
  readonly tmr?: boolean;
  readonly weights?: WeightStorage;
  readonly targetIi?: number;
  readonly targetFps?: number;
  readonly fit?: boolean;
  readonly clock?: number;
  readonly folding?: string;
  readonly device?: string;
  readonly config?: string;
  readonly name?: string;
  readonly json?: boolean;
}

export const buildCommand = (): Command =>
  quantiseOptions(modelOptions(verb('build', 'sluice build model.onnx -o out --target-ii 64')))
    .argument('<MODEL>', 'a quantised ONNX model, the text of one (.sir), or with --calibrate a float model')
    .requiredOption('-o, --output <DIR>', 'the build directory; an earlier build there is replaced', nonEmpty)
    .option('--arch <NAME>', `the architecture: ${ARCHITECTURES.join(', ')} (default streaming)`, architecture)
    .option(
      '--levels <N>',
      'levels of logic between two registers of a circuit, for --arch pixelwise and unrolled (default 5)',
      positiveInteger,
    )
    .option('--tmr', 'all registers in triplicate, with majority voters, for --arch unrolled')
    .option(
      '--weights <WHERE>',
      'constant (default) or runtime: loaded while frames pass, for --arch unrolled',
      weightStorage,
    )
    .option('--target-ii <N>', 'cycles between frames', positiveInteger)
    .option('--target-fps <F>', 'frames per second, at --clock', positiveNumber)
    .option('--fit', 'as fast as --device allows')
    .option('--clock <MHZ>', 'clock frequency (default 200)', positiveNumber)
    .option('--folding <FILE>', 'PE and SIMD by node name, JSON or YAML')
    .option(
      '--device <PART>',
      'the FPGA part: for csynth.tcl and, where its size is known, the most that a design may take',
      nonEmpty,
    )
    .option('--config <FILE>', 'all of this in one file, JSON or YAML; options win')
    .option('--name <NAME>', "the design's name (default: that of the file, or of its folder)", nonEmpty)
    .action((file: string, options: Options) =>
      perform(options.json === true, async (out) => {
        const config = await configOf(options);
        const bytes = await read(file);
        const target = await outputDirectory(options.output);
        const text = file.endsWith('.sir') ? await readTensorText(file, bytes, options.name) : undefined;
        const name = text?.graph.name ?? options.name ?? modelName(file);
        const model = { bytes, file, config, text: text !== undefined };
        const quantised = await quantisedBy(options, model, out.progress);
        const input = { bytes, file, name, config, ...(text ? { text } : {}), ...quantised };
        const built = build({ ...input, solver: threadedSolver() }, out.progress);
        out.progress('write');
        await guarded(abandonWrites, () => writeFileSet(target, built.files));
        out.diagnose(built.warnings);
        const found = quantised.quantised?.report;
        if (found) out.say(`${quantisationText(found)}\n`);
        out.say(summaryText(built.summary).trimEnd());
        out.say(`wrote ${options.output}`);
        out.json({
          ok: true,
          dir: options.output,
          summary: built.summary,
          warnings: built.warnings,
          ...(found ? { quantisation: found } : {}),
        });
        return EXIT.ok;
      }),
    );

type WeightStorage = NonNullable<BuildConfig['weights']>;

function weightStorage(text: string): WeightStorage {
  if (text !== 'constant' && text !== 'runtime') throw new InvalidArgumentError('It is constant or runtime.');
  return text;
}

/** The configuration file, overridden by options. */
async function configOf(options: Options): Promise<BuildConfig> {
  const base = options.config === undefined ? {} : await readConfig(options.config);
  const chosen: BuildConfig = {
    ...modelConfig(options),
    ...(options.arch === undefined ? {} : { arch: options.arch }),
    ...(options.levels === undefined ? {} : { levels: options.levels }),
    ...(options.tmr === undefined ? {} : { tmr: options.tmr }),
    ...(options.weights === undefined ? {} : { weights: options.weights }),
    ...(options.targetIi === undefined ? {} : { targetIi: options.targetIi }),
    ...(options.targetFps === undefined ? {} : { targetFps: options.targetFps }),
    ...(options.fit === undefined ? {} : { fit: options.fit }),
    ...(options.clock === undefined ? {} : { clockMhz: options.clock }),
    ...(options.device === undefined ? {} : { device: options.device }),
    ...(options.folding === undefined ? {} : { folding: await readFolding(options.folding) }),
  };
  return mergeConfig(base, chosen, options.config);
}
