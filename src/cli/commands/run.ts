import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { fail } from '../../diag/diagnostic.ts';
import { cannotWrite } from '../../diag/messages-emit.ts';
import { systemReason } from '../../diag/system-error.ts';
import { asRead, type ReadModel, readModel } from '../../flow/build.ts';
import { loadBuild } from '../../flow/load-build.ts';
import { runModel } from '../../flow/run.ts';
import { collect, EXIT, nonEmpty, perform, verb } from '../command.ts';
import { isDirectory, modelName, read, readInputs } from '../files.ts';
import { type ModelOptions, modelConfig, modelOptions } from '../model-options.ts';
import { readTensorText } from '../model-text.ts';

interface Options extends ModelOptions {
  readonly inputs: readonly string[];
  readonly output?: string;
  readonly ints?: boolean;
  readonly json?: boolean;
}

export const runCommand = (): Command =>
  modelOptions(verb('run', 'sluice run model.onnx --inputs x.npy -o y.npy'))
    .argument('<MODEL_OR_DIR>', 'an ONNX model, a .sir file or a build directory')
    .requiredOption('--inputs <[NAME=]X.npy>', 'real inputs, or integer codes; repeatable', collect)
    .option('-o, --output <Y.npy>', 'where to write the output (several outputs: Y.0.npy, Y.1.npy, …)', nonEmpty)
    .option('--ints', 'the raw integers that leave the hardware')
    .action((path: string, options: Options) =>
      perform(options.json === true, async (out) => {
        out.progress('import');
        const { model, warnings } = await load(path, options);
        out.diagnose(warnings);
        const names = model.pre.inputs.map((i) => i.name);
        const inputs = await readInputs(options.inputs, names);
        out.progress('run');
        const outputs = runModel(model, inputs, options.ints === true);
        const files = outputFiles(options.output, outputs.length);
        for (const [i, o] of outputs.entries()) {
          const file = files[i];
          if (file !== undefined) await write(file, o.npy);
          out.say(`${o.name}: ${o.dtype}[${o.shape.join(', ')}]${file === undefined ? '' : ` → ${file}`}`);
        }
        const described = outputs.map(({ name, dtype, shape }) => ({ name, dtype, shape }));
        out.json({ ok: true, outputs: described, files, warnings });
        return EXIT.ok;
      }),
    );

/** One file per output: `y.npy`, or `y.0.npy`, `y.1.npy`, …; none without a name. */
export function outputFiles(name: string | undefined, count: number): string[] {
  if (name === undefined) return [];
  if (count === 1) return [name];
  return Array.from({ length: count }, (_, i) => name.replace(/(\.npy)?$/, `.${i}.npy`));
}

async function write(file: string, bytes: Uint8Array): Promise<void> {
  await writeFile(file, bytes).catch((e) => fail(cannotWrite(file, systemReason(e) ?? String(e))));
}

async function load(path: string, options: Options): Promise<ReadModel> {
  if (await isDirectory(path)) return asRead((await loadBuild(path)).model);
  const bytes = await read(path);
  const input = { bytes, file: path, name: modelName(path), config: modelConfig(options) };
  return readModel(path.endsWith('.sir') ? { ...input, text: await readTensorText(path, bytes, undefined) } : input);
}
