/** How each op of a netlist is written in C++: native integers inside an expression, its result of explicit width. */
import { arg, type NetNode, param } from '../../../netlist/op.ts';
import { pinsOf, runsOf } from '../../../netlist/pins.ts';
import { ROUNDINGS } from '../../../num/rounding.ts';

/** A node as its writer sees it. */
export interface Site {
  readonly node: NetNode;
  /** A value as a native integer, wide enough for everything in this node. */
  readonly read: (value: number) => string;
  /** An integer constant of that type. */
  readonly constant: (v: number) => string;
  /** The name of the result, for declarations of its own. */
  readonly name: string;
}

export interface Written {
  readonly value: string;
  readonly before?: readonly string[];
}

type Writer = (site: Site) => Written;

/** A left shift, written as the product that is defined for negative values too. */
const times = ({ read, constant }: Site, value: number, by: number): string =>
  by === 0 ? read(value) : `${read(value)} * ${constant(2 ** by)}`;

const sum =
  (operator: '+' | '-'): Writer =>
  (site) => ({
    value: `${times(site, arg(site.node, 0), param(site.node, 0))} ${operator} ${times(site, arg(site.node, 1), param(site.node, 1))}`,
  });

/** What is added before the low bits are dropped. */
function addend(mode: string, a: string, by: number, { constant }: Site): string {
  const half = 2 ** (by - 1);
  switch (mode) {
    case 'CEIL':
      return constant(2 ** by - 1);
    case 'UP':
      return `(${a} < 0 ? ${constant(0)} : ${constant(2 ** by - 1)})`;
    case 'DOWN':
      return `(${a} < 0 ? ${constant(2 ** by - 1)} : ${constant(0)})`;
    case 'HALF_UP':
      return `(${a} < 0 ? ${constant(half - 1)} : ${constant(half)})`;
    case 'HALF_DOWN':
      return `(${a} < 0 ? ${constant(half)} : ${constant(half - 1)})`;
    default:
      return `${constant(half - 1)} + ((${a} >> ${by}) & 1)`;
  }
}

const shiftRight: Writer = (site) => {
  const { node } = site;
  const a = site.read(arg(node, 0));
  const [by, mode] = [param(node, 0), ROUNDINGS[param(node, 1)] as string];
  return { value: mode === 'FLOOR' ? `${a} >> ${by}` : `(${a} + ${addend(mode, a, by, site)}) >> ${by}` };
};

const clip: Writer = ({ node, read, constant }) => {
  const a = read(arg(node, 0));
  const [lo, hi] = [constant(param(node, 0)), constant(param(node, 1))];
  return { value: `${a} < ${lo} ? ${lo} : ${a} > ${hi} ? ${hi} : ${a}` };
};

/** Pins as a number, neighbours of one value together; the last one counts negative where `negativeLast`. */
function weighted({ node, read, constant }: Site, named: number, negativeLast: boolean): string {
  const pins = pinsOf(node, named).map((p, i) => ({ p, i }));
  const last = negativeLast ? pins.length - 1 : -1;
  const runs = runsOf(pins, (a, b) => {
    if (typeof a.p === 'number' || typeof b.p === 'number' || b.i === last) return false;
    return a.p.value === b.p.value && a.p.invert === b.p.invert && b.p.bit === a.p.bit + 1;
  });
  const terms = runs.flatMap((run) => {
    const { p, i } = run[0] as (typeof pins)[number];
    if (p === 0) return [];
    const weight = (i === last ? -1 : 1) * 2 ** i;
    if (p === 1) return [constant(weight)];
    const value = `${p.invert ? '~' : ''}${read(p.value)}`;
    const from = Math.min(p.bit, 62);
    const bits = `(${from === 0 ? value : `(${value} >> ${from})`} & ${constant(2 ** run.length - 1)})`;
    return [weight === 1 ? bits : `${bits} * ${constant(weight)}`];
  });
  return terms.length === 0 ? constant(0) : terms.join(' + ');
}

/** A type of at least 16, 32 or 64 bits that holds the entries. */
function entryType(entries: readonly number[]): { type: string; suffix: string } {
  const most = Math.max(...entries.map(Math.abs));
  if (most < 2 ** 15) return { type: 'short', suffix: '' };
  return most < 2 ** 31 ? { type: 'int', suffix: '' } : { type: 'long long', suffix: 'LL' };
}

const table: Writer = (site) => {
  const { node, name } = site;
  const entries = Array.from(node.params).slice(node.args.length);
  const { type, suffix } = entryType(entries);
  const list = entries.map((v) => `${v}${suffix}`).join(', ');
  return {
    before: [`static const ${type} ${name}_entries[${entries.length}] = {${list}};`],
    value: `${name}_entries[${weighted(site, 0, false)}]`,
  };
};

/** By the name of the op. Inputs and constants have no logic. */
export const WRITERS: { readonly [op: string]: Writer } = {
  add: sum('+'),
  sub: sum('-'),
  shl: (site) => ({ value: times(site, arg(site.node, 0), param(site.node, 0)) }),
  shr: shiftRight,
  clip,
  ge: ({ node, read, constant }) => ({ value: `${read(arg(node, 0))} >= ${constant(param(node, 0))} ? 1 : 0` }),
  mux: ({ node, read }) => ({
    value: `${read(arg(node, 0))} != 0 ? ${read(arg(node, 1))} : ${read(arg(node, 2))}`,
  }),
  gather: (site) => ({ value: weighted(site, 1, param(site.node, 0) === 1) }),
  table,
};
