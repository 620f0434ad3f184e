/** The files of a circuit: a header, and for very large ones C++ files of its parts. */
import type { ValueType } from '../../../ir/graph.ts';
import type { Pipeline } from '../../../netlist/pipeline.ts';
import { render } from '../../handlebars.ts';
import { partNames, type Sizes } from '../../parts.ts';
import { circuitView } from './function.ts';

export interface CircuitFiles {
  readonly header: string;
  readonly sources: readonly string[];
  readonly files: readonly (readonly [path: string, text: string])[];
}

/** `taken`: names of other functions. */
export function circuitFiles(
  name: string,
  top: string,
  p: Pipeline,
  inputs: readonly ValueType[],
  outputs: readonly ValueType[],
  taken: readonly string[],
  sizes: Sizes = {},
): CircuitFiles {
  const division = partNames(p.net, name, taken, sizes);
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
