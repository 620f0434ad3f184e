/** The files of a circuit: a header, and for very large ones C++ files of its parts. */
import type { ValueType } from '../../../ir/graph.ts';
import type { Pipeline } from '../../../netlist/pipeline.ts';
import { render } from '../../handlebars.ts';
import { isLarge, type Sizes } from '../../parts.ts';
import { freePrefix } from '../../prefix.ts';
import { circuitView } from './function.ts';

export interface CircuitFiles {
  readonly header: string;
  readonly sources: readonly string[];
  readonly files: readonly (readonly [path: string, text: string])[];
}

/** `taken`: names of other functions; `whole`, `most`: signals of a circuit in one piece, of a part. */
export function circuitFiles(
  name: string,
  top: string,
  p: Pipeline,
  inputs: readonly ValueType[],
  outputs: readonly ValueType[],
  taken: readonly string[],
  { whole, most }: Sizes = {},
): CircuitFiles {
  const prefix = isLarge(p.net, whole) ? freePrefix(`${name}_part`, taken) : undefined;
  const division = prefix === undefined ? undefined : { prefix, ...(most === undefined ? {} : { most }) };
  const { circuit, parts } = circuitView(name, p, inputs, outputs, division);
  const header = `circuits/${name}.hpp`;
  const { values = [], functions = [] } = parts ?? {};
  const sources = functions.map((f) => [`circuits/${f.name}.cpp`, render('hls/circuit_part.cpp', f)] as const);
  return {
    header,
    sources: sources.map(([path]) => path),
    files: [
      ...values.map((v) => [`circuits/${v.file}`, render('hls/circuit_part.hpp', v)] as const),
      ...sources,
      [header, render('hls/circuit.hpp', { top, ...circuit })],
    ],
  };
}
