import type { Command } from 'commander';
import { DiagnosticError, fail } from '../../diag/diagnostic.ts';
import { unknownPass, wrongLevel } from '../../diag/messages-cli.ts';
import { asRead, type ReadModel, readModel } from '../../flow/build.ts';
import { loadBuild } from '../../flow/load-build.ts';
import type { Graph } from '../../ir/graph.ts';
import { printModel } from '../../ir/text/index.ts';
import { assertWellFormed } from '../../ir/verify.ts';
import { lookupFor } from '../../kernels/lookup.ts';
import type { Architecture } from '../../passes/architectures.ts';
import type { BuildConfig } from '../../passes/config.ts';
import { type Compiled, PIPELINES, passes, runPasses } from '../../passes/index.ts';
import type { PassDef } from '../../passes/pass.ts';
import { architecture, collect, EXIT, perform, verb } from '../command.ts';
import { isDirectory, modelName, read } from '../files.ts';
import { type ModelOptions, modelConfig, modelOptions } from '../model-options.ts';
import { readText } from '../model-text.ts';
import { type PassCall, parsePass } from '../pass-option.ts';

interface Options extends ModelOptions {
  readonly pass?: readonly string[];
  readonly pipeline?: Architecture | true;
  readonly inline?: boolean;
  readonly json?: boolean;
}

export const irCommand = (): Command =>
  modelOptions(verb('ir', 'sluice ir model.onnx -p absorb-layout -p fuse-quantise'))
    .argument('<MODEL_OR_FILE>', 'an ONNX model, a .sir file, or a build directory')
    .option('-p, --pass <PASS[:opt=val,…]>', 'runs a pass with keys of the configuration; repeatable', collect)
    .option('--pipeline [ARCH]', 'runs all passes of an architecture (default streaming)', architecture)
    .option('--inline', 'prints all constants: text that can be read back alone')
    .action((path: string, options: Options) =>
      perform(options.json === true, async (out) => {
        const calls = await callsOf(options);
        const loaded = await load(path, options);
        out.diagnose(loaded.warnings);
        let model = loaded.model;
        const decisions = [...loaded.decisions];
        const warnings = [...loaded.warnings];
        for (const { name, config } of calls) {
          const pass = passes.get(name) ?? fail(unknownPass(name, [...passes.keys()]));
          if (pass.level !== model.graph.level) fail(wrongLevel(name, pass.level, model.graph.level));
          const done = runOne(model.graph, pass, config);
          decisions.push(...done.decisions);
          warnings.push(...done.warnings);
          out.diagnose(done.warnings);
          model = { ...model, graph: done.graph };
        }
        const { text } = printModel(model, { inline: options.inline === true });
        out.say(text.trimEnd());
        out.json({ ok: true, text, decisions, warnings });
        return EXIT.ok;
      }),
    );

/** Runs a pass; where it breaks on a graph that a user has written, what is wrong with the graph is the answer. */
function runOne(graph: Graph, pass: PassDef, config: BuildConfig): Compiled {
  try {
    return runPasses(graph, [pass], config);
  } catch (e) {
    if (!(e instanceof DiagnosticError)) assertWellFormed(graph, lookupFor(graph.level));
    throw e;
  }
}

/** All passes of the architecture come first, named ones after them. */
async function callsOf(options: Options): Promise<PassCall[]> {
  const named = await Promise.all((options.pass ?? []).map(parsePass));
  const unknown = named.find(({ name }) => !passes.has(name));
  if (unknown) fail(unknownPass(unknown.name, [...passes.keys()]));
  const { pipeline } = options;
  const first = pipeline === undefined ? [] : PIPELINES[pipeline === true ? 'streaming' : pipeline];
  return [...first.map((p) => ({ name: p.name, config: {} })), ...named];
}

async function load(path: string, options: Options): Promise<ReadModel> {
  if (await isDirectory(path)) return asRead((await loadBuild(path)).hardware);
  const bytes = await read(path);
  if (path.endsWith('.sir')) return asRead(await readText(path, bytes));
  return readModel({ bytes, file: path, name: modelName(path), config: modelConfig(options) });
}
