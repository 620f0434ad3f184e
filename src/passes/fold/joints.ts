/** What `connect` will put between two kernels, and what it costs: the same FIFOs and width converters. */
import type { Graph, ValueType } from '../../ir/graph.ts';
import type { Fabric } from '../../kernels/devices.ts';
import { dwc } from '../../kernels/dwc/kernel.ts';
import { fifo } from '../../kernels/fifo/kernel.ts';
import { fork } from '../../kernels/fork/kernel.ts';
import type { Cost, KernelContext } from '../../kernels/kernel.ts';
import { numel } from '../../num/tensor.ts';
import { between, MIN_DEPTH } from '../lanes.ts';

const NOTHING: Cost = { lut: 0, ff: 0, dsp: 0, bram: 0 };

export const plus = (a: Cost, b: Cost): Cost => ({
  lut: a.lut + b.lut,
  ff: a.ff + b.ff,
  dsp: a.dsp + b.dsp,
  bram: a.bram + b.bram,
});

/** A joint's cost, and the cycles per frame that its busiest converter takes. */
export interface JointCost {
  readonly cost: Cost;
  readonly busy: number;
}

export interface Joiner {
  /** From a stream of so many lanes into a reader of so many: converters, and the reader's FIFO. */
  readonly stream: (type: ValueType, from: number, to: number) => JointCost;
  /** What stands at the beginning of a value, at its lanes: its fork where it has several readers, and the output port's FIFO. */
  readonly source: (value: string, lanes: number) => Cost;
}

const context = <A>(attrs: A, type: ValueType, from: number, to: number, copies = 1) =>
  ({
    name: '',
    attrs,
    inputs: [{ ...type, lanes: from }],
    outputs: Array.from({ length: copies }, () => ({ ...type, lanes: to })),
    consts: {},
  }) satisfies Omit<KernelContext, 'attrs'> & { attrs: A };

export function joiner(graph: Graph, fabric: Fabric): Joiner {
  const known = new Map<string, JointCost>();
  const fifoCost = (type: ValueType, lanes: number): Cost =>
    fifo.cost(context({ depth: MIN_DEPTH }, type, lanes, lanes), fabric);
  const convert = (type: ValueType, from: number, to: number): JointCost => {
    if (from === to) return { cost: NOTHING, busy: 0 };
    const whole = from % to === 0 || to % from === 0;
    const mid = whole ? to : between(from, to, numel(type.shape));
    const ctx = context({ from, to: mid }, type, from, mid);
    const rest = convert(type, mid, to);
    return {
      cost: plus(plus(fifoCost(type, from), dwc.cost(ctx, fabric)), rest.cost),
      busy: Math.max(dwc.busy(ctx), rest.busy),
    };
  };
  const readers = new Map<string, number>();
  for (const v of [...graph.nodes.flatMap((n) => n.inputs), ...graph.outputs.map((p) => p.value)]) {
    readers.set(v, (readers.get(v) ?? 0) + 1);
  }
  return {
    stream: (type, from, to) => {
      const key = `${type.elem.kind}${type.elem.bits} ${numel(type.shape)} ${from} ${to}`;
      const found = known.get(key);
      if (found) return found;
      const { cost, busy } = convert(type, from, to);
      const made = { cost: plus(cost, fifoCost(type, to)), busy };
      known.set(key, made);
      return made;
    },
    source: (value, lanes) => {
      const type = graph.values[value];
      if (!type) return NOTHING;
      const copies = readers.get(value) ?? 0;
      const ends = graph.outputs.filter((p) => p.value === value).length;
      const forked =
        copies < 2
          ? NOTHING
          : plus(fifoCost(type, lanes), fork.cost(context({ copies }, type, lanes, lanes, copies), fabric));
      return Array.from({ length: ends }).reduce<Cost>((sum) => plus(sum, fifoCost(type, lanes)), forked);
    },
  };
}
