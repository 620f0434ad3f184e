import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { fail } from '../../diag/diagnostic.ts';
import { cannotWrite } from '../../diag/messages-emit.ts';
import { readModel } from '../../flow/build.ts';
import { loadBuild } from '../../flow/load-build.ts';
import { runModel } from '../../flow/run.ts';
import { collect, EXIT, perform, verb } from '../command.ts';
import { isDirectory, modelName, parseInputTypes, parseShapes, read, readInputs } from '../files.ts';
import { modelOptions } from './build.ts';

interface Options {
  readonly inputs: readonly string[];
  readonly output?: string;
  readonly ints?: boolean;
  readonly shape?: readonly string[];
  readonly inputType?: readonly string[];
  readonly json?: boolean;
}

export const runCommand = (): Command =>
  modelOptions(verb('run', 'runs the integer reference model', 'sluice run model.onnx --inputs x.npy -o y.npy'))
    .argument('<MODEL_OR_DIR>', 'an ONNX model or a build directory')
    .requiredOption('--inputs <[NAME=]X.npy>', 'real inputs, or integer codes; repeatable', collect)
    .option('-o, --output <Y.npy>', 'where to write the output (several outputs: Y.0.npy, Y.1.npy, …)')
    .option('--ints', 'the raw integers that leave the hardware')
    .action((path: string, options: Options) =>
      perform(options.json === true, async (out) => {
        out.progress('import');
        const { model, warnings } = await load(path, options);
        out.diagnose(warnings);
        const inputs = await readInputs(
          options.inputs,
          model.pre.inputs.map((i) => i.name),
        );
        out.progress('run');
        const outputs = runModel(model, inputs, options.ints === true);
        const written: string[] = [];
        for (const [i, o] of outputs.entries()) {
          const file =
            options.output === undefined
              ? undefined
              : outputs.length === 1
                ? options.output
                : options.output.replace(/(\.npy)?$/, `.${i}.npy`);
          out.say(`${o.name}: ${o.dtype}[${o.shape.join(', ')}]${file ? ` → ${file}` : ''}`);
          if (file === undefined) continue;
          await writeFile(file, o.npy).catch((e: Error) => fail(cannotWrite(file, e.message)));
          written.push(file);
        }
        out.json({
          ok: true,
          outputs: outputs.map(({ name, dtype, shape }) => ({ name, dtype, shape })),
          files: written,
        });
        return EXIT.ok;
      }),
    );

async function load(path: string, options: Options): Promise<ReturnType<typeof readModel>> {
  if (await isDirectory(path)) return { model: (await loadBuild(path)).model, warnings: [] };
  const config = {
    ...(options.shape ? { shapes: parseShapes(options.shape) } : {}),
    ...(options.inputType ? { inputTypes: parseInputTypes(options.inputType) } : {}),
  };
  return readModel({ bytes: await read(path), file: path, name: modelName(path), config });
}
