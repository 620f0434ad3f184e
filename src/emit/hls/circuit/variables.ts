/** The values that a circuit computes, as variables of C++. */
import { type Netlist, nodeAt, opAt, rangeAt } from '../../../netlist/netlist.ts';
import { bitsAt, isKnown } from '../../../netlist/pipeline.ts';
import { type ElemType, elemFor } from '../../../num/elem.ts';
import { WRITERS } from './logic.ts';

export interface Variable {
  readonly name: string;
  readonly type: string;
  /** Names of the variables that it is made of. */
  readonly reads: readonly string[];
  /** Its declaration. `place`: where a variable that it reads is. */
  readonly write: (place: (name: string) => string) => readonly string[];
}

/** Bits within which plain `int` computes without overflow. */
export const INT = 31;

const typeOf = (e: ElemType): string => `${e.kind === 'int' ? 'ap_int' : 'ap_uint'}<${e.bits}>`;

/** The type of a value: just its bits. */
export const typeAt = (net: Netlist, value: number): string => typeOf(elemFor(rangeAt(net, value)));

/** In an order in which each stands behind what it reads. */
export function variablesOf(net: Netlist, names: readonly string[]): Variable[] {
  return Array.from(net.op, (_, i) => i).flatMap((i) => {
    const op = opAt(net, i);
    const writer = WRITERS[op.name];
    if (!writer || isKnown(net, i)) return [];
    const node = nodeAt(net, i);
    const wide = widthWithin(net, i) > INT;
    const [name, type] = [names[i] as string, typeAt(net, i)];
    const constant = (v: number): string => (wide ? `${v}LL` : `${v}`);
    const write = (place: (name: string) => string): string[] => {
      const read = (v: number): string =>
        isKnown(net, v)
          ? parenthesised(constant(net.lo[v] as number))
          : `${place(names[v] as string)}.${wide ? 'to_int64' : 'to_int'}()`;
      const { before = [], value } = writer({ node, read, constant: (v) => parenthesised(constant(v)), name });
      return [...before, `const ${type} ${name} = ${type}(${value});`];
    };
    const reads = Array.from(node.args as Int32Array).filter((a) => a >= 0 && !isKnown(net, a));
    return [{ name, type, reads: reads.map((a) => names[a] as string), write }];
  });
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
