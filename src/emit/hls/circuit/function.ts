import type { ValueType } from '../../../ir/graph.ts';
import { lanesOf } from '../../../kernels/axis.ts';
import { type Netlist, nodeAt, opAt, rangeAt } from '../../../netlist/netlist.ts';
import { bitsAt, isKnown, type Pipeline } from '../../../netlist/pipeline.ts';
import type { ElemType } from '../../../num/elem.ts';
import { elemFor } from '../../../num/elem.ts';
import { WRITERS } from './logic.ts';

/** Everything that `circuit.hpp.hbs` names. */
export interface CircuitView {
  readonly name: string;
  readonly guard: string;
  readonly parameters: string;
  readonly operands: string;
  readonly reads: readonly string[];
  readonly lines: readonly string[];
  readonly writes: readonly string[];
}

/** Bits within which plain `int` computes without overflow. */
const INT = 31;

const typeOf = (e: ElemType): string => `${e.kind === 'int' ? 'ap_int' : 'ap_uint'}<${e.bits}>`;

/** A netlist between streams as one function. */
export function circuitView(
  name: string,
  { net, parameters }: Pipeline,
  inputs: readonly ValueType[],
  outputs: readonly ValueType[],
): CircuitView {
  const ins = inputs.map((_, i) => `in${i}`);
  const outs = outputs.map((_, j) => `out${j}`);
  const names = Array.from(net.op, (_, i) => `n${i}`);
  net.inputs.forEach(({ value }, k) => {
    names[value] = `x${k}`;
  });
  const streams = [...ins.map((n, i) => [n, `TI${i}`, `LI${i}`]), ...outs.map((n, j) => [n, `TO${j}`, `LO${j}`])];
  return {
    name,
    guard: `CIRCUIT_${name.toUpperCase()}_HPP`,
    parameters: [...streams.map(([, t, l]) => `typename ${t}, int ${l}`), 'int BEATS'].join(', '),
    operands: streams.map(([n, t, l]) => `hls::stream<beat<${t}, ${l}> >& ${n}`).join(', '),
    reads: [
      ...ins.map((n, i) => `const beat<TI${i}, LI${i}> ${n}_beat = ${n}.read();`),
      ...outs.map((n, j) => `beat<TO${j}, LO${j}> ${n}_beat;`),
      ...inputLines(net, names, inputs),
      ...parameterLines(net, names, parameters),
    ],
    lines: logicLines(net, names),
    writes: [...outputLines(net, names, outputs), ...outs.map((n) => `${n}.write(${n}_beat);`)],
  };
}

function inputLines(net: Netlist, names: readonly string[], types: readonly ValueType[]): string[] {
  const places = types.flatMap((t, s) => Array.from({ length: lanesOf(t) }, (_, l) => ({ t, s, l })));
  return net.inputs.flatMap(({ value }, k) => {
    const place = places[k];
    if (isKnown(net, value) || !place) return [];
    const lane = `in${place.s}_beat.lane[${place.l}]${place.t.elem.kind === 'bipolar' ? '.bit' : ''}`;
    const type = typeOf(elemFor(rangeAt(net, value)));
    return [`const ${type} ${names[value]} = ${type}(${lane});`];
  });
}

/** In C++, parameters are what they start with. */
function parameterLines(net: Netlist, names: readonly string[], parameters: readonly number[]): string[] {
  return net.inputs.slice(net.inputs.length - parameters.length).map(({ value }, k) => {
    const type = typeOf(elemFor(rangeAt(net, value)));
    return `const ${type} ${names[value]} = ${type}(${parameters[k]}${bitsAt(net, value) > INT ? 'LL' : ''});`;
  });
}

function logicLines(net: Netlist, names: readonly string[]): string[] {
  const lines: string[] = [];
  for (let i = 0; i < net.op.length; i++) {
    const op = opAt(net, i);
    const write = WRITERS[op.name];
    if (!write || isKnown(net, i)) continue;
    const node = nodeAt(net, i);
    const wide = widthWithin(net, i) > INT;
    const constant = (v: number): string => (wide ? `${v}LL` : `${v}`);
    const read = (v: number): string =>
      isKnown(net, v) ? parenthesised(constant(net.lo[v] as number)) : `${names[v]}.${wide ? 'to_int64' : 'to_int'}()`;
    const { before = [], value } = write({
      node,
      read,
      constant: (v) => parenthesised(constant(v)),
      name: names[i] as string,
    });
    const type = typeOf(elemFor(rangeAt(net, i)));
    lines.push(...before, `const ${type} ${names[i]} = ${type}(${value});`);
  }
  return lines;
}

/** Bits of the widest number that a node's expression can hold. */
function widthWithin(net: Netlist, i: number): number {
  const { args, params } = nodeAt(net, i);
  let bits = bitsAt(net, i);
  Array.from(args).forEach((a, k) => {
    const { name } = opAt(net, i);
    const shift = name === 'add' || name === 'sub' ? (params[k] as number) : 0;
    const pin =
      name === 'gather' || name === 'table' ? 2 + Math.floor((params[params.length - 1 - k] as number) / 2) : 0;
    if (a >= 0) bits = Math.max(bits, bitsAt(net, a) + shift, pin);
  });
  const constants = opAt(net, i).role === 'logic' ? Array.from(params) : [];
  for (const v of constants) bits = Math.max(bits, elemFor({ lo: Math.min(v, 0), hi: Math.max(v, 0) }).bits);
  return bits + 2;
}

const parenthesised = (v: string): string => (v.startsWith('-') ? `(${v})` : v);

function outputLines(net: Netlist, names: readonly string[], types: readonly ValueType[]): string[] {
  let k = 0;
  return types.flatMap((t, j) =>
    Array.from({ length: lanesOf(t) }, (_, l) => {
      const { value } = net.outputs[k++] as { value: number };
      const known = isKnown(net, value);
      const text = known ? `${net.lo[value]}${bitsAt(net, value) > INT ? 'LL' : ''}` : (names[value] as string);
      const exact = t.elem.kind === 'bipolar' && !known ? `${text}.to_int()` : text;
      return `out${j}_beat.lane[${l}] = TO${j}(${exact});`;
    }),
  );
}
