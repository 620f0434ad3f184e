/** Models that lie on disk as text of the IR. */
import { basename, dirname, join } from 'node:path';
import { type Diagnostic, DiagnosticError, fail } from '../diag/diagnostic.ts';
import { notAModel } from '../diag/messages-cli.ts';
import { TEXTS } from '../flow/load-build.ts';
import { identifier } from '../ir/builder.ts';
import { type Model, modelOf } from '../ir/model.ts';
import { parseModel } from '../ir/text/index.ts';
import { assertWellFormed } from '../ir/verify.ts';
import { lookupFor } from '../kernels/lookup.ts';
import { readSafetensors } from '../num/safetensors.ts';
import { isFile, read } from './files.ts';

/** A model to build from its text, under a name of its own if one is asked for; a graph alone has its ports as ends. */
export async function readTensorText(path: string, text: Buffer, name: string | undefined): Promise<Model> {
  const model = await readText(path, text);
  const { level } = model.graph;
  if (level !== 'tensor') fail(notAModel(path, level));
  const graph = name === undefined ? model.graph : { ...model.graph, name: identifier(name).toLowerCase() };
  const alone = model.pre.outputs.length === 0 && model.post.outputs.length === 0;
  return alone ? modelOf(graph) : { ...model, graph };
}

/** A text of the IR; its large constants lie beside it where a build wrote it. */
export async function readText(path: string, text: Buffer): Promise<Model> {
  const consts = TEXTS.find(([name]) => name === basename(path))?.[1];
  const beside = consts === undefined ? undefined : join(dirname(path), consts);
  const tensors = beside !== undefined && (await isFile(beside)) ? await read(beside) : undefined;
  const model = inFile(path, () =>
    parseModel(text.toString('utf8'), tensors && readSafetensors(tensors, beside ?? '')),
  );
  // A kernel graph may be one between folding and connecting, whose streams do not fit yet.
  if (model.graph.level === 'tensor') assertWellFormed(model.graph, lookupFor('tensor'));
  return model;
}

/** Says in which file the lines are that diagnostics are about. */
function inFile<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (e) {
    if (!(e instanceof DiagnosticError)) throw e;
    const at = (d: Diagnostic): string => (d.subject === undefined ? path : `${path}, ${d.subject}`);
    throw new DiagnosticError(e.diagnostics.map((d) => ({ ...d, subject: at(d) })));
  }
}
