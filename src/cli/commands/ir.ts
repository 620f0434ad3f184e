import type { Command } from 'commander';
import { fail } from '../../diag/diagnostic.ts';
import { badConfig, unknownPass, wrongLevel } from '../../diag/messages-cli.ts';
import { readModel } from '../../flow/build.ts';
import { loadBuild } from '../../flow/load-build.ts';
import type { Model } from '../../ir/model.ts';
import { schemaProblems } from '../../ir/schema.ts';
import { parseModel, printModel } from '../../ir/text/index.ts';
import type { BuildConfig } from '../../passes/config.ts';
import { configSchema } from '../../passes/config.ts';
import { passes, runPasses, STREAMING } from '../../passes/index.ts';
import { collect, EXIT, perform, verb } from '../command.ts';
import { isDirectory, modelName, parseInputTypes, parseShapes, read } from '../files.ts';
import { modelOptions } from './build.ts';

interface Options {
  readonly pass?: readonly string[];
  readonly pipeline?: boolean;
  readonly inline?: boolean;
  readonly shape?: readonly string[];
  readonly inputType?: readonly string[];
  readonly json?: boolean;
}

export const irCommand = (): Command =>
  modelOptions(
    verb(
      'ir',
      'prints the IR of a model, or runs passes on it',
      'sluice ir model.onnx -p absorb-layout -p fuse-quantise',
    ),
  )
    .argument('<MODEL_OR_FILE>', 'an ONNX model, a .sir file with all constants inline, or a build directory')
    .option('-p, --pass <PASS[:opt=val]>', 'runs a pass; repeatable', collect)
    .option('--pipeline', 'runs all passes of the streaming architecture')
    .option('--inline', 'prints all constants: text that can be read back alone')
    .action((path: string, options: Options) =>
      perform(options.json === true, async (out) => {
        let model = await load(path, options);
        const decisions = [];
        const wanted = options.pipeline
          ? STREAMING.map((p) => ({ name: p.name, config: {} }))
          : (options.pass ?? []).map(parsePass);
        for (const { name, config } of wanted) {
          const pass = passes.get(name) ?? fail(unknownPass(name, [...passes.keys()]));
          if (pass.level !== model.graph.level) fail(wrongLevel(name, pass.level, model.graph.level));
          const done = runPasses(model.graph, [pass], config);
          decisions.push(...done.decisions);
          model = { ...model, graph: done.graph };
        }
        const { text } = printModel(model, { inline: options.inline === true });
        out.say(text.trimEnd());
        out.json({ ok: true, text, decisions });
        return EXIT.ok;
      }),
    );

/** `fold:targetIi=64,clockMhz=100` → the pass and the configuration that it runs with. */
function parsePass(text: string): { name: string; config: BuildConfig } {
  const [name = '', rest] = text.split(/:(.*)/s);
  const entries = (rest ?? '')
    .split(',')
    .filter((e) => e !== '')
    .map((e) => {
      const [key = '', value = ''] = e.split(/=(.*)/s);
      const n = Number(value);
      return [key, value.trim() !== '' && Number.isFinite(n) ? n : value] as const;
    });
  const config = Object.fromEntries(entries);
  const problems = schemaProblems(configSchema, config);
  if (problems.length > 0)
    fail(
      badConfig(`-p ${text}`, problems.join('; '), `options are ${Object.keys(configSchema.properties).join(', ')}`),
    );
  return { name, config };
}

async function load(path: string, options: Options): Promise<Model> {
  if (await isDirectory(path)) return (await loadBuild(path)).hardware;
  const bytes = await read(path);
  if (path.endsWith('.sir')) return parseModel(bytes.toString('utf8'));
  const config = {
    ...(options.shape ? { shapes: parseShapes(options.shape) } : {}),
    ...(options.inputType ? { inputTypes: parseInputTypes(options.inputType) } : {}),
  };
  return readModel({ bytes, file: path, name: modelName(path), config }).model;
}
