import { packPipeline } from '../../../src/kernels/unrolled/pack.ts';
import { NetlistBuilder } from '../../../src/netlist/builder.ts';
import { nodeAt } from '../../../src/netlist/netlist.ts';
import type { Pipeline } from '../../../src/netlist/pipeline.ts';
import { bipolar, type ElemType, elemFor, type Interval } from '../../../src/num/elem.ts';
import { drawNodes } from '../../netlist/random.ts';
import type { KernelCase, Rng } from '../case.ts';
import { elemUpTo } from './elements.ts';

interface Stream {
  readonly elem: ElemType;
  readonly lanes: number;
  readonly range: Interval;
}

/** A stream of elements that take a part of their type. */
function stream(rng: Rng): Stream {
  const elem = elemUpTo(rng, 14);
  const lanes = rng.int(1, 4);
  if (elem.kind === 'bipolar') return { elem, lanes, range: { lo: -1, hi: 1 } };
  const size = 2 ** elem.bits;
  const first = elem.kind === 'int' ? -size / 2 : 0;
  const lo = rng.chance(0.5) ? first : rng.int(first, first + size - 1);
  return { elem, lanes, range: { lo, hi: rng.chance(0.5) ? first + size - 1 : rng.int(lo, first + size - 1) } };
}

/** Random netlists of every op on one to three streams, registers anywhere, one to three outputs. */
export function sample(rng: Rng): KernelCase {
  const beats = rng.int(1, 4);
  const streams = Array.from({ length: rng.int(1, 3) }, () => stream(rng));
  const b = new NetlistBuilder();
  const values = streams.flatMap(({ elem, lanes, range }, s) =>
    Array.from({ length: lanes }, (_, l) => b.input(`x${s}_${l}`, elem.kind === 'bipolar' ? { lo: 0, hi: 1 } : range)),
  );
  values.push(b.constant(rng.int(-9, 9)));
  drawNodes(b, (lo, hi) => rng.int(lo, hi), values, rng.int(1, 30));
  const lanes = Array.from({ length: rng.int(1, 3) }, () => rng.int(1, 3));
  const outputs = lanes.map((n) => {
    const chosen = Array.from({ length: n }, () => values[rng.int(0, values.length - 1)] as number);
    const bits = chosen.every((v) => b.range(v).lo >= 0 && b.range(v).hi <= 1);
    for (const v of chosen) b.output(`y${v}`, v);
    const hull = {
      lo: Math.min(...chosen.map((v) => b.range(v).lo)),
      hi: Math.max(...chosen.map((v) => b.range(v).hi)),
    };
    return bits && rng.chance(0.5) ? bipolar : elemFor(hull);
  });
  const pipeline = registered(rng, b);
  return {
    kind: 'unrolled',
    attrs: { beats, stages: pipeline.stages, lanes, tmr: rng.chance(0.3), chain: [] },
    inputs: streams.map((s) => ({ shape: [beats * s.lanes], elem: s.elem, lanes: s.lanes })),
    consts: packPipeline(pipeline),
    ranges: streams.map((s) => s.range),
    outputs,
  };
}

/** Each node somewhere between its arguments and the last stage. */
function registered(rng: Rng, b: NetlistBuilder): Pipeline {
  const net = b.finish('sample');
  const stages = rng.int(1, 4);
  const stage = new Int32Array(net.op.length);
  const inputs = new Set(net.inputs.map((p) => p.value));
  for (let i = 0; i < stage.length; i++) {
    let first = 0;
    for (const a of nodeAt(net, i).args as Int32Array) if (a >= 0) first = Math.max(first, stage[a] as number);
    stage[i] = inputs.has(i) || rng.chance(0.6) ? first : rng.int(first, stages - 1);
  }
  return { net, stage, stages, parameters: [] };
}
