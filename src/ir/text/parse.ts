import { fail } from '../../diag/diagnostic.ts';
import { badText } from '../../diag/messages-ir.ts';
import { emptyProgram } from '../../host/program.ts';
import type { StoredTensors } from '../../num/safetensors.ts';
import type { Graph } from '../graph.ts';
import type { Model } from '../model.ts';
import { readGraph } from './parse-graph.ts';
import { readHost } from './parse-host.ts';
import { VERSION } from './print.ts';
import { TextReader } from './reader.ts';

/** What the text has given so far. */
type Parts = { -readonly [K in keyof Model]?: Model[K] };

/**
 * Parses `.sir` text. `consts` holds the constants that the text calls `external`. Throws a DiagnosticError with the
 * lines of all that is wrong. Names, values and constants agree in the result; whether ops and types do is
 * `verifyGraph`'s business.
 */
export function parseModel(text: string, consts: StoredTensors = new Map()): Model {
  const r = new TextReader(text);
  const parts: Parts = {};
  r.statement(() => header(r));
  while (!r.atEnd()) r.statement(() => part(r, parts, consts));
  r.finish();
  const { graph, pre = emptyProgram, post = emptyProgram } = parts;
  return graph ? { graph, pre, post } : fail(badText(r.line, 'there is no graph'));
}

function header(r: TextReader): void {
  r.expect('sir');
  const version = r.integer('the version');
  if (version !== VERSION) r.fail(`this text has version ${version} of the format, version ${VERSION} can be read`);
}

function part(r: TextReader, parts: Parts, consts: StoredTensors): void {
  if (r.accept('graph')) {
    if (parts.graph) r.fail('a text has one graph');
    parts.graph = readGraph(r, consts);
    return;
  }
  r.expect('host');
  const which = r.at('pre') ? 'pre' : 'post';
  r.expect(which);
  if (parts[which]) r.fail(`a text has one host program "${which}"`);
  parts[which] = readHost(r, which, consts);
}

/** Parses the graph of a text. */
export const parseGraph = (text: string, consts?: StoredTensors): Graph => parseModel(text, consts).graph;
