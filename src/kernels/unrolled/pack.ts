import type { Const } from '../../ir/graph.ts';
import { NET_OPS } from '../../netlist/ops/list.ts';
import type { Pipeline } from '../../netlist/pipeline.ts';
import { NetlistWriter } from '../../netlist/writer.ts';
import { elemFor } from '../../num/elem.ts';
import { fitsInt32, valueRange } from '../../num/tensor.ts';

/** Roles of the constants that hold a pipelined netlist: its typed arrays, with counts in the place of offsets. */
export const ROLES = ['op', 'args', 'arity', 'params', 'width', 'lo', 'hi', 'stage', 'outputs'] as const;
/** Values that parameters start with, where there are parameters. */
export const PARAMETERS = 'parameters';
type Role = (typeof ROLES)[number];

function constant(data: ArrayLike<number>): Const {
  const range = valueRange(data);
  const values = fitsInt32(range) ? Int32Array.from(data) : Float64Array.from(data);
  return { shape: [data.length], elem: elemFor(range), data: values };
}

const counts = (starts: Int32Array): Int32Array => starts.slice(1).map((end, i) => end - (starts[i] as number));

/** A pipelined netlist as constants of a graph. Names of its ports are not kept: they follow from the streams. */
export function packPipeline({
  net,
  stage,
  parameters,
}: Pipeline): { readonly [R in Role]: Const } & { readonly [PARAMETERS]?: Const } {
  return {
    ...(parameters.length > 0 ? { [PARAMETERS]: constant(parameters) } : {}),
    op: constant(net.op),
    args: constant(net.args),
    arity: constant(counts(net.argStart)),
    params: constant(net.params),
    width: constant(counts(net.paramStart)),
    lo: constant(net.lo),
    hi: constant(net.hi),
    stage: constant(stage),
    outputs: constant(net.outputs.map((p) => p.value)),
  };
}

/** The pipelined netlist that constants hold; throws where they hold none. */
export function unpackPipeline(consts: { readonly [role: string]: Const }, stages: number): Pipeline {
  const data = (role: Role): ArrayLike<number> => consts[role]?.data ?? [];
  const [op, args, arity, params, width] = [data('op'), data('args'), data('arity'), data('params'), data('width')];
  const [lo, hi] = [data('lo'), data('hi')];
  const w = new NetlistWriter();
  let [a, p, inputs] = [0, 0, 0];
  for (let i = 0; i < op.length; i++) {
    const def = NET_OPS[op[i] as number];
    if (!def) throw new RangeError(`node ${i} has no op`);
    const [na, np] = [arity[i] ?? 0, width[i] ?? 0];
    w.push(def, slice(args, a, na), slice(params, p, np), { lo: lo[i] as number, hi: hi[i] as number });
    if (def.name === 'input') w.port(`x${inputs++}`);
    [a, p] = [a + na, p + np];
  }
  Array.from(data('outputs')).forEach((v, k) => {
    w.output(`y${k}`, v);
  });
  return {
    net: w.finish('unrolled'),
    stage: Int32Array.from(data('stage')),
    stages,
    parameters: Array.from(consts[PARAMETERS]?.data ?? []),
  };
}

const slice = (a: ArrayLike<number>, from: number, n: number): number[] =>
  Array.from({ length: n }, (_, i) => a[from + i] as number);
