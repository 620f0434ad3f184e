import type { ValueType } from '../../../ir/graph.ts';
import { lanesOf } from '../../../kernels/axis.ts';
import type { Netlist } from '../../../netlist/netlist.ts';
import { bitsAt, isKnown, type Pipeline } from '../../../netlist/pipeline.ts';
import type { PartNames } from '../../parts.ts';
import { type PartFunctions, partFunctions } from './parts.ts';
import { INT, typeAt, variablesOf } from './variables.ts';

/** Everything that `circuit.hpp.hbs` names. */
export interface CircuitView {
  readonly name: string;
  readonly guard: string;
  readonly includes: readonly string[];
  readonly prototypes: readonly string[];
  readonly parameters: string;
  readonly operands: string;
  readonly reads: readonly string[];
  readonly lines: readonly string[];
  readonly writes: readonly string[];
}

/** A netlist between streams as one function. `division`: in parts, by how their names begin and their size. */
export function circuitView(
  name: string,
  { net, parameters }: Pipeline,
  inputs: readonly ValueType[],
  outputs: readonly ValueType[],
  division?: PartNames,
): { readonly circuit: CircuitView; readonly parts: PartFunctions | undefined } {
  const ins = inputs.map((_, i) => `in${i}`);
  const outs = outputs.map((_, j) => `out${j}`);
  const names = Array.from(net.op, (_, i) => `n${i}`);
  net.inputs.forEach(({ value }, k) => {
    names[value] = `x${k}`;
  });
  const streams = [...ins.map((n, i) => [n, `TI${i}`, `LI${i}`]), ...outs.map((n, j) => [n, `TO${j}`, `LO${j}`])];
  const variables = variablesOf(net, names);
  const parts =
    division &&
    partFunctions(name, division.prefix, sourcesOf(net, names), variables, resultsOf(net, names), division.most);
  const place = parts ? parts.place : (v: string): string => v;
  const circuit = {
    name,
    guard: `CIRCUIT_${name.toUpperCase()}_HPP`,
    includes: parts ? parts.values.map((v) => v.file) : [],
    prototypes: parts ? parts.prototypes : [],
    parameters: [...streams.map(([, t, l]) => `typename ${t}, int ${l}`), 'int BEATS'].join(', '),
    operands: streams.map(([n, t, l]) => `hls::stream<beat<${t}, ${l}> >& ${n}`).join(', '),
    reads: [
      ...ins.map((n, i) => `const beat<TI${i}, LI${i}> ${n}_beat = ${n}.read();`),
      ...outs.map((n, j) => `beat<TO${j}, LO${j}> ${n}_beat;`),
      ...inputLines(net, names, inputs),
      ...parameterLines(net, names, parameters),
    ],
    lines: parts ? parts.calls : variables.flatMap((v) => v.write((n) => n)),
    writes: [...outputLines(net, names, outputs, place), ...outs.map((n) => `${n}.write(${n}_beat);`)],
  };
  return { circuit, parts };
}

/** The inputs and parameters that have a variable. */
function sourcesOf(net: Netlist, names: readonly string[]) {
  const values = net.inputs.map(({ value }) => value).filter((v) => !isKnown(net, v));
  return values.map((v) => ({ name: names[v] as string, type: typeAt(net, v) }));
}

function resultsOf(net: Netlist, names: readonly string[]): ReadonlySet<string> {
  return new Set(net.outputs.flatMap(({ value }) => (isKnown(net, value) ? [] : [names[value] as string])));
}

function inputLines(net: Netlist, names: readonly string[], types: readonly ValueType[]): string[] {
  const places = types.flatMap((t, s) => Array.from({ length: lanesOf(t) }, (_, l) => ({ t, s, l })));
  return net.inputs.flatMap(({ value }, k) => {
    const place = places[k];
    if (isKnown(net, value) || !place) return [];
    const lane = `in${place.s}_beat.lane[${place.l}]${place.t.elem.kind === 'bipolar' ? '.bit' : ''}`;
    const type = typeAt(net, value);
    return [`const ${type} ${names[value]} = ${type}(${lane});`];
  });
}

/** In C++, parameters are what they start with. */
function parameterLines(net: Netlist, names: readonly string[], parameters: readonly number[]): string[] {
  return net.inputs.slice(net.inputs.length - parameters.length).map(({ value }, k) => {
    const type = typeAt(net, value);
    return `const ${type} ${names[value]} = ${type}(${parameters[k]}${bitsAt(net, value) > INT ? 'LL' : ''});`;
  });
}

function outputLines(
  net: Netlist,
  names: readonly string[],
  types: readonly ValueType[],
  place: (name: string) => string,
): string[] {
  let k = 0;
  return types.flatMap((t, j) =>
    Array.from({ length: lanesOf(t) }, (_, l) => {
      const { value } = net.outputs[k++] as { value: number };
      const known = isKnown(net, value);
      const text = known ? `${net.lo[value]}${bitsAt(net, value) > INT ? 'LL' : ''}` : place(names[value] as string);
      const exact = t.elem.kind === 'bipolar' && !known ? `${text}.to_int()` : text;
      return `out${j}_beat.lane[${l}] = TO${j}(${exact});`;
    }),
  );
}
