import type { Const, Graph, Node, ValueType } from '../../../src/ir/graph.ts';
import { type Bounds, hull } from '../../../src/ir/op.ts';
import { type ElemType, elemFor, elemRange, type Interval } from '../../../src/num/elem.ts';
import { rational } from '../../../src/num/rational.ts';
import { roundRational } from '../../../src/num/rounding.ts';
import type { ScalarSteps } from '../../../src/num/scalar.ts';
import { replacementOf } from '../../../src/passes/lower-quantise/build.ts';
import type { Form } from '../../../src/passes/lower-quantise/choose.ts';
import { type Subject, subjectOf } from '../../../src/passes/lower-quantise/subject.ts';

const node = (steps: ScalarSteps): Node => ({
  name: 'q',
  op: 'quantise',
  attrs: { steps },
  inputs: ['x'],
  consts: {},
  outputs: ['y'],
  origin: ['/act/Quant'],
});

const output = (shape: readonly number[]): ValueType => ({ shape, elem: { kind: 'int', bits: 32 } });

/** A `quantise` node whose input has the given bounds, as the pass sees it. */
export function subject(steps: ScalarSteps, bounds: Bounds, channels: number): Subject {
  const shape = [channels];
  return subjectOf(node(steps), { shape, elem: elemFor(hull(bounds)) }, output(shape), bounds);
}

/** What the replaced node answers for one element, straight from its attributes and constants. */
export interface Lowered {
  readonly at: (channel: number, x: number) => number;
  readonly elem: ElemType;
  readonly consts: { readonly [role: string]: Const };
}

export function lowered(s: Subject, form: Form): Lowered {
  if (form.method === 'identity') return { at: (_c, x) => x, elem: s.input.elem, consts: {} };
  const r = replacementOf(s, form, output([s.channels.length]), (n) => n);
  const made = r.nodes[0] as Node;
  const consts = Object.fromEntries(Object.entries(made.consts).map(([role, n]) => [role, r.consts?.[n] as Const]));
  const elem = r.values?.['y']?.elem as ElemType;
  return { at: meaning(made, consts), elem, consts };
}

type Consts = { readonly [role: string]: Const };

function meaning(made: Node, consts: Consts): (c: number, x: number) => number {
  const row = (k: Const, c: number): number[] => {
    const rows = k.shape[0] as number;
    const width = k.data.length / rows;
    const at = rows === 1 ? 0 : c;
    return Array.from(k.data.slice(at * width, (at + 1) * width));
  };
  const a = made.attrs as { readonly [k: string]: number };
  switch (made.op) {
    case 'thresholds':
      return (c, x) => {
        const falls = consts['descending'] ? row(consts['descending'], c)[0] === 1 : false;
        const passed = row(consts['thresholds'] as Const, c).filter((t) => (falls ? x <= t : x >= t));
        return (a['base'] as number) + (a['step'] as number) * passed.length;
      };
    case 'requantise':
      return (c, x) => {
        const [m, b] = [row(consts['mul'] as Const, c)[0] as number, row(consts['add'] as Const, c)[0] as number];
        const half = made.attrs['ties'] === 'even' ? 2 ** ((a['shift'] as number) - 1) : 0;
        const before = rational(BigInt(x) * BigInt(m) + BigInt(b - half), 2n ** BigInt(a['shift'] as number));
        const y = Number(roundRational(before, half > 0 ? 'ROUND' : 'FLOOR'));
        return Math.min(Math.max(y, a['lo'] as number), a['hi'] as number);
      };
    case 'table':
      return (c, x) => row(consts['table'] as Const, c)[x - (a['offset'] as number)] as number;
    default:
      throw new Error(`unexpected ${made.op}`);
  }
}

export const integers = ({ lo, hi }: Interval): number[] => Array.from({ length: hi - lo + 1 }, (_, i) => lo + i);

/** True when every constant fits its declared type. */
export const constsFit = (consts: Consts): boolean =>
  Object.values(consts).every((k) => {
    const r = elemRange(k.elem);
    return k.data.every((v) => v >= r.lo && v <= r.hi);
  });

/** One input port, one `quantise`, one output port. */
export function graphOf(steps: ScalarSteps, range: readonly [number, number], channels: number): Graph {
  const shape = [channels];
  const layout = { shape, perm: [0] };
  const x = { shape, elem: elemFor({ lo: range[0], hi: range[1] }) };
  return {
    name: 'g',
    level: 'tensor',
    inputs: [{ name: 'in', value: 'x', steps: [], range, layout }],
    outputs: [{ name: 'out', value: 'y', steps: [], layout }],
    nodes: [node(steps)],
    values: { x, y: output(shape) },
    consts: {},
  };
}
